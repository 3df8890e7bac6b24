import CloudDownload from 'lucide-react/icons/cloud-download'
import { useStore } from 'zustand'
import type { RemoteLook } from '../../../shared/host/pull-methods.ts'
import { useStores } from '../../stores/stores.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { ErrorText } from '../../ui/error-text.tsx'
import { type FieldRow, Fields } from '../../ui/fields.tsx'
import { CommandTextButton } from '../../ui/icon-button.tsx'
import { Radios } from '../../ui/radios.tsx'
import { formatDateTime } from '../../ui/text.ts'
import type { BrowseState, Row } from './browse-store.ts'
import styles from './pull.module.css'
import { RemedyButton } from './pull-bar.tsx'
import { RowIcon } from './pull-list.tsx'
import { text } from './text.ts'
import { type Here, isPart, whatItDoes } from './what-it-does.ts'

/** What is chosen in the list; of a version, what it holds and what getting it would do. */
export function PullDetails(props: {
  readonly row: Row | null
  readonly look: BrowseState['look']
  readonly here: Here
  readonly as: 'auto' | 'images'
  onAs(as: 'auto' | 'images'): void
  onOpen(row: Row): void
  onLookAgain(): void
}) {
  const { row, look, here, as, onAs, onOpen, onLookAgain } = props
  if (!row) return <p className={styles.muted}>{text.nothing}</p>
  return (
    <section className={styles.about} aria-label={text.details}>
      <header className={styles.head}>
        <RowIcon row={row} size={18} />
        <h2>{row.kind === 'version' ? `${row.artifact.collection}:${row.artifact.version}` : row.key}</h2>
      </header>
      {row.kind === 'version' ? (
        <Version row={row} look={look} here={here} as={as} onAs={onAs} onLookAgain={onLookAgain} />
      ) : (
        <>
          <p className={styles.muted}>{text.what[row.kind]}</p>
          <Fields rows={aboutOf(row)} />
          <div className={styles.tools}>
            <Button onClick={() => onOpen(row)}>{text.inside[row.kind]}</Button>
          </div>
        </>
      )}
    </section>
  )
}

const { fields } = text

function aboutOf(row: Exclude<Row, { kind: 'version' }>): readonly FieldRow[] {
  switch (row.kind) {
    case 'entity':
      return []
    case 'project':
      return [[fields.at, formatDateTime(row.createdAt)]]
    case 'type':
      return [[fields.about, row.description]]
    case 'collection':
      return [
        [fields.about, row.collection.description],
        [fields.kind, row.collection.type],
        [fields.holds, row.collection.kind === 'links' && text.linksHelp],
        [fields.tags, row.collection.tags.join(', ')],
        [fields.at, formatDateTime(row.collection.createdAt)],
        [fields.changed, row.collection.updatedAt !== null && formatDateTime(row.collection.updatedAt)],
      ]
  }
}

function Version(props: {
  readonly row: Extract<Row, { kind: 'version' }>
  readonly look: BrowseState['look']
  readonly here: Here
  readonly as: 'auto' | 'images'
  onAs(as: 'auto' | 'images'): void
  onLookAgain(): void
}) {
  const { row, look, here, as, onAs, onLookAgain } = props
  const { artifact } = row
  const { createdBy } = artifact
  const isHad = look.kind === 'there' && isPart(look.look, here)
  return (
    <>
      <div aria-live="polite" className={styles.verdict}>
        {look.kind === 'looking' && <p className={styles.muted}>{text.looking}</p>}
        {look.kind === 'there' && <Verdict look={look.look} here={here} as={as} onAs={onAs} />}
      </div>
      {look.kind === 'failed' && (
        <ErrorText
          error={look.error}
          action={
            <>
              <RemedyButton error={look.error} />
              <Button onClick={onLookAgain}>{text.reload}</Button>
            </>
          }
        />
      )}
      <div className={styles.tools}>
        {!isHad && <CommandTextButton id="pull.get" kind="primary" icon={<CloudDownload size={15} />} />}
        {artifact.versionHere !== null && (
          <CommandTextButton id="pull.history" kind={isHad ? 'primary' : 'plain'} />
        )}
        <CommandTextButton id="pull.web" />
        {look.kind === 'there' && look.look.images > 0 && <CommandTextButton id="pull.toSegments" />}
      </div>
      <Fields
        rows={[
          ...(look.kind === 'there' ? lookRows(look.look) : []),
          [fields.aliases, artifact.aliases.join(', ')],
          [fields.tags, artifact.tags.join(', ')],
          [fields.about, artifact.description],
          [
            fields.by,
            createdBy &&
              (createdBy.kind === 'run' ? text.byRun(createdBy.title, createdBy.jobType) : createdBy.name),
          ],
          [fields.at, formatDateTime(artifact.createdAt)],
          [fields.digest, <code key="digest">{artifact.digest}</code>],
        ]}
      />
    </>
  )
}

function lookRows(look: RemoteLook): readonly FieldRow[] {
  const { kind, images, labels, files, bytes, here, source } = look
  return [
    [fields.kind, text.kinds[kind]],
    [fields.holds, text.holds(images, labels, files, bytes)],
    [fields.here, text.held(here.files, files, here.bytes)],
    [
      fields.origin,
      source && (source.isThisLibrary ? text.thisLibrary(source.number) : text.otherLibrary(source.number)),
    ],
  ]
}

function Verdict(props: {
  readonly look: RemoteLook
  readonly here: Here
  readonly as: 'auto' | 'images'
  onAs(as: 'auto' | 'images'): void
}) {
  const { look, here, as, onAs } = props
  const readOnly = useStore(useStores().appInfo, (state) => state.info?.readOnly ?? false)
  const hasChoice =
    !isPart(look, here) && (look.kind === 'version' || look.kind === 'dataset') && look.images > 0
  if (look.refused) return <ErrorText error={look.refused} />
  return (
    <>
      <p className={styles.sentence}>{whatItDoes(look, as, here)}</p>
      {readOnly && <Badge tone="warning">{text.readOnly}</Badge>}
      {hasChoice && (
        <Radios
          label={text.asWhat}
          value={as}
          options={[
            { value: 'auto', label: text.asAuto, help: text.asAutoHelp },
            { value: 'images', label: text.asImages, help: text.asImagesHelp },
          ]}
          onChange={onAs}
        />
      )}
    </>
  )
}
