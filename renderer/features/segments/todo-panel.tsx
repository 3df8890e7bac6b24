import ArrowDown from 'lucide-react/icons/arrow-down'
import ArrowLeftRight from 'lucide-react/icons/arrow-left-right'
import ArrowUp from 'lucide-react/icons/arrow-up'
import { useStore } from 'zustand'
import type { SegmentsMode, SegmentsPlan } from '../../../shared/host/segments-methods.ts'
import { useStores } from '../../stores/stores.ts'
import { Badge } from '../../ui/badge.tsx'
import { CommandTextButton } from '../../ui/icon-button.tsx'
import { Panel } from '../../ui/panel.tsx'
import styles from './segments.module.css'
import { text } from './text.ts'
import { whatItDoes } from './what-it-does.ts'

const ways = [
  { mode: 'both', id: 'segments.both', Icon: ArrowLeftRight },
  { mode: 'publish', id: 'segments.publish', Icon: ArrowUp },
  { mode: 'pull', id: 'segments.get', Icon: ArrowDown },
] as const satisfies readonly { mode: SegmentsMode; id: string; Icon: unknown }[]

/** What can be done about what differs, each with what it does in a sentence. */
export function TodoPanel({
  plan,
  dataset,
}: {
  readonly plan: SegmentsPlan | null
  readonly dataset: string
}) {
  const { appInfo, segments } = useStores()
  const readOnly = useStore(appInfo, (state) => state.info?.readOnly ?? false)
  const conflicts = useStore(segments, (state) => state.conflicts.length)
  const said = (mode: SegmentsMode) =>
    plan ? whatItDoes(mode, plan, dataset, conflicts) : text.runHelp[mode]
  /** The one thing to do next: what both ways would do is often one of them. */
  const next = conflicts > 0 || plan === null ? null : nextOf(plan)
  const counts = plan?.counts ?? {}
  const isGone = (counts['gone there'] ?? 0) + (counts['gone here'] ?? 0) > 0
  return (
    <>
      {conflicts > 0 && (
        <Panel title={text.waiting}>
          <div className={styles.way}>
            <p>{text.conflicts(conflicts)}.</p>
            <CommandTextButton id="segments.decide" kind="primary" />
            <p className={styles.muted}>{text.decideHelp}</p>
          </div>
        </Panel>
      )}
      <Panel title={text.todo}>
        {readOnly && (
          <p className={styles.note}>
            <Badge tone="warning">{text.readOnly}</Badge>
          </p>
        )}
        {ways.map(({ mode, id, Icon }) => (
          <div key={mode} className={styles.way}>
            <CommandTextButton id={id} icon={<Icon size={15} />} kind={mode === next ? 'primary' : 'plain'} />
            <p className={styles.muted}>{said(mode)}</p>
          </div>
        ))}
        {plan && plan.reviewed > 0 && <p className={styles.note}>{text.asksFirst(plan.reviewed)}</p>}
        {isGone && <p className={styles.note}>{text.goneNote}</p>}
      </Panel>
      {plan && <CategoryPanel categories={plan.categories} />}
    </>
  )
}

function nextOf(plan: SegmentsPlan): SegmentsMode | null {
  const sends = whatItDoes('publish', plan, '') !== text.nothingToSend
  const brings = whatItDoes('pull', plan, '') !== text.nothingToGet
  return sends && brings ? 'both' : sends ? 'publish' : brings ? 'pull' : null
}

/** What happens with categories is said before it happens: they hold for all labels. */
function CategoryPanel({ categories }: Pick<SegmentsPlan, 'categories'>) {
  const { newThere, newHere, changes, remarks } = categories
  const lines = [
    ...(newThere.length > 0 ? [`${text.sendsCategories(newThere)}.`] : []),
    ...(newHere.length > 0 ? [`${text.bringsCategories(newHere)}.`] : []),
    ...changes,
    ...remarks,
  ]
  if (lines.length === 0) return null
  return (
    <Panel title={text.categories}>
      <ul className={styles.lines}>
        {lines.map((line) => (
          <li key={line}>{`${line.charAt(0).toUpperCase()}${line.slice(1)}`}</li>
        ))}
      </ul>
    </Panel>
  )
}
