import ExternalLink from 'lucide-react/icons/external-link'
import { Fragment, type ReactNode } from 'react'
import { shortNumber } from '../../../shared/lineage/export.ts'
import {
  type ArtifactNode,
  isRemoteNode,
  type LineageNode,
  nodeTitle,
  type ReleaseNode,
  type RunNode,
  shownKind,
  type VersionNode,
} from '../../../shared/lineage/graph.ts'
import { bestMetric, dataOf, type LineageIndex, trainedWith } from '../../../shared/lineage/reach.ts'
import { CommandTextButton } from '../../ui/icon-button.tsx'
import { formatDateTime, formatDay } from '../../ui/text.ts'
import styles from './lineage.module.css'
import { KindIcon } from './lineage-graph.tsx'
import { text } from './text.ts'

/** Of a long list, this many are shown. */
const mostListed = 40

/** What is known of one node, what it comes from and leads to. */
export function LineageDetails(props: {
  readonly node: LineageNode | null
  readonly index: LineageIndex
  readonly marked: LineageNode | null
  onSelect(id: string): void
}) {
  const { node, index, marked, onSelect } = props
  if (!node) return <p className={styles.muted}>{text.nothing}</p>
  const kind = shownKind(node)
  const hasData = dataOf(index, node.id).length > 0
  const nodes = (ids: readonly string[]) => ids.map((id) => index.node(id)!)
  return (
    <section className={styles.about} aria-label={text.details}>
      <header className={styles.head}>
        <KindIcon kind={kind} size={18} />
        <h2>{nodeTitle(node)}</h2>
        <span className={styles.muted}>{text.kinds[kind]}</span>
      </header>
      <div className={styles.tools}>
        {hasData && (
          <CommandTextButton id="lineage.data">
            {node.kind === 'version' ? text.openVersion : text.openData}
          </CommandTextButton>
        )}
        {isFetchable(node, index) && <CommandTextButton id="lineage.fetch" kind="primary" />}
        <CommandTextButton id="lineage.web" />
        <CommandTextButton id="lineage.around" />
        {hasData && <CommandTextButton id="lineage.models" />}
        {isRemoteNode(node) && <CommandTextButton id="lineage.lookNode" />}
        {hasData && (
          <CommandTextButton id="lineage.mark">
            {marked?.id === node.id ? text.unmark : text.mark}
          </CommandTextButton>
        )}
        {marked && marked.id !== node.id && hasData && (
          <CommandTextButton id="lineage.compare">{text.compareWith(nodeTitle(marked))}</CommandTextButton>
        )}
      </div>
      {node.kind === 'version' && <Version node={node} index={index} />}
      {node.kind === 'artifact' && <Artifact node={node} index={index} />}
      {node.kind === 'run' && <Run node={node} />}
      {node.kind === 'release' && <Release node={node} />}
      {isRemoteNode(node) && node.hasMore && <p className={styles.muted}>{text.hasMore}</p>}
      <Nodes title={text.comesFrom} nodes={nodes(index.before(node.id))} onSelect={onSelect} />
      <Nodes title={text.leadsTo} nodes={nodes(index.after(node.id))} onSelect={onSelect} />
    </section>
  )
}

/** Data that is in no version of this library, as far as is known, and that a server still has. */
export const isFetchable = (
  node: LineageNode | null | undefined,
  index: LineageIndex,
): node is ArtifactNode =>
  node?.kind === 'artifact' &&
  !node.isModel &&
  !node.isFromHere &&
  !node.isGone &&
  !index.after(node.id).some((id) => index.node(id)?.kind === 'version')

function Fields({ rows }: { readonly rows: readonly (readonly [string, ReactNode])[] }) {
  const said = rows.filter(([, value]) => value !== null && value !== '')
  return (
    <dl className={styles.fields}>
      {said.map(([name, value]) => (
        <Fragment key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </Fragment>
      ))}
    </dl>
  )
}

const asked = (node: ArtifactNode | RunNode) =>
  node.lookedAt === null ? text.neverAsked : formatDay(node.lookedAt)
const { fields } = text

function Version({ node, index }: { readonly node: VersionNode; readonly index: LineageIndex }) {
  const { models, runs } = trainedWith(index, node.id)
  const best = bestMetric(runs.map((id) => index.node(id)))
  return (
    <>
      <p>
        {text.trained(runs.length, models.length)}
        {best && ` ${text.best(best.name, shortNumber(best.value))}.`}
      </p>
      <Fields
        rows={[
          [fields.date, `${formatDateTime(node.at)} · ${text.by(node.author)}`],
          [fields.message, node.message],
          [fields.names, node.names.join(', ')],
          [fields.holds, text.version(node)],
        ]}
      />
    </>
  )
}

function Artifact({ node, index }: { readonly node: ArtifactNode; readonly index: LineageIndex }) {
  const { ttl, files: count, bytes, links } = node
  const kept =
    ttl === null
      ? null
      : ttl.seconds === null
        ? ttl.isInherited
          ? text.keptTeam
          : text.keptForEver
        : text.kept(ttl.seconds, ttl.isInherited)
  const until = ttl?.endsAt == null ? '' : ` · ${text.keptUntil(ttl.endsAt, ttl.endsAt < Date.now())}`
  return (
    <>
      {node.isGone && <p className={styles.warning}>{text.gone}</p>}
      {isFetchable(node, index) && <p>{text.notHere}</p>}
      <Fields
        rows={[
          [fields.project, `${node.entity}/${node.project}`],
          [fields.type, node.type],
          [fields.date, node.at === null ? null : formatDateTime(node.at)],
          [fields.aliases, node.aliases.join(', ')],
          [fields.tags, node.tags.join(', ')],
          [fields.size, count === null || bytes === null ? null : text.files(count, bytes)],
          [fields.kept, kept === null ? null : `${kept}${until}`],
          [fields.digest, node.digest && <code className={styles.digest}>{node.digest}</code>],
          [fields.asked, asked(node)],
        ]}
      />
      {links.length > 0 && (
        <>
          <h3>{text.registries}</h3>
          <ul className={styles.links}>
            {links.map((link) => (
              <li key={`${link.entity} ${link.project} ${link.collection}`}>
                <span>
                  {link.isRegistry ? text.registry : text.collection} {link.entity}/{link.project}/
                  {link.collection}:{link.version}
                  {link.aliases.length > 0 && ` (${link.aliases.join(', ')})`}
                </span>
                <Web url={link.url} />
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  )
}

function Run({ node }: { readonly node: RunNode }) {
  return (
    <>
      {node.isGone && <p className={styles.warning}>{text.gone}</p>}
      <Fields
        rows={[
          [fields.project, `${node.entity}/${node.project}`],
          [fields.job, node.jobType],
          [fields.state, node.state],
          [fields.user, node.user],
          [fields.date, node.at === null ? null : formatDateTime(node.at)],
          [fields.asked, asked(node)],
        ]}
      />
      {node.metrics.length > 0 && (
        <>
          <h3>{text.metrics}</h3>
          <Fields rows={node.metrics.map(([name, value]) => [name, shortNumber(value)] as const)} />
        </>
      )}
    </>
  )
}

function Release({ node }: { readonly node: ReleaseNode }) {
  return (
    <>
      <Fields
        rows={[
          [fields.place, node.dataset],
          [fields.date, node.at === null ? null : formatDateTime(node.at)],
          [fields.labels, node.taskType],
          [fields.images, node.rawData],
        ]}
      />
      <Web url={node.url} label={text.openDataset} />
    </>
  )
}

function Web({ url, label = text.openWeb }: { readonly url: string | null; readonly label?: string }) {
  if (url === null || !/^https?:\/\//.test(url)) return null
  return (
    <a className={styles.link} href={url} target="_blank" rel="noreferrer">
      {label} <ExternalLink size={12} aria-hidden />
    </a>
  )
}

function Nodes(props: {
  readonly title: string
  readonly nodes: readonly LineageNode[]
  onSelect(id: string): void
}) {
  const { title, nodes, onSelect } = props
  return (
    <>
      <h3>{title}</h3>
      {nodes.length === 0 && <p className={styles.muted}>{text.none}</p>}
      <ul className={styles.near}>
        {nodes.slice(0, mostListed).map((node) => (
          <li key={node.id}>
            <button type="button" onClick={() => onSelect(node.id)}>
              <KindIcon kind={shownKind(node)} />
              <span>{nodeTitle(node)}</span>
              <span className={styles.muted}>{text.kinds[shownKind(node)]}</span>
            </button>
          </li>
        ))}
      </ul>
      {nodes.length > mostListed && <p className={styles.muted}>{text.more(nodes.length - mostListed)}</p>}
    </>
  )
}
