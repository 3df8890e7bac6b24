import { useStore } from 'zustand'
import { type DiffedObject, diffKinds } from '../../../shared/label/diff.ts'
import { ChangeSwatch } from '../../canvas/change-swatch.tsx'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorText } from '../../ui/error-text.tsx'
import { CommandTextButton } from '../../ui/icon-button.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Progress } from '../../ui/progress.tsx'
import { statusText } from '../../ui/status-dot.tsx'
import { formatNumber, formatWhen } from '../../ui/text.ts'
import type { CompareStore } from './compare-store.ts'
import styles from './review.module.css'
import { text } from './text.ts'

const mostRows = 100

/** What changed since somebody judged this label the last time; nothing when nobody did. */
export function ComparePanel({
  compare,
  onGo,
}: {
  readonly compare: CompareStore
  onGo(index: number): void
}) {
  const { base, made, fraction, error, shows, blinks, active } = useStore(compare)
  const { categories } = useStores()
  const list = useStore(categories, (state) => state.list)
  if (!base) return null
  const nameOf = (id: number | null) => list.find((each) => each.id === id)?.name ?? text.noCategory
  const changed = made && diffKinds.some((kind) => made.diff.pixels[kind] > 0)
  return (
    <Panel title={text.sinceReview} className={styles.since ?? ''}>
      <div className={styles.compare}>
        <p className={styles.meta}>
          {text.judged(statusText[base.status], base.author, formatWhen(base.createdAt))}
        </p>
        <div className={styles.kinds}>
          <CommandTextButton
            id="review.compare"
            className={styles.toggle!}
            aria-pressed={shows === 'changes'}
          >
            {text.showChanges}
          </CommandTextButton>
          <CommandTextButton
            id="review.before"
            className={styles.toggle!}
            aria-pressed={shows === 'before' && !blinks}
          >
            {text.showBefore}
          </CommandTextButton>
          <CommandTextButton id="review.blink" className={styles.toggle!} aria-pressed={blinks}>
            {blinks ? text.stopBlink : text.blink}
          </CommandTextButton>
        </div>
        {fraction !== null && <Progress label={text.comparing} value={fraction} total={1} />}
        {error && <ErrorText error={error} />}
        {made && !changed && <p className={styles.meta}>{text.noChange}</p>}
        {made && changed && (
          <>
            <ul className={styles.legend} aria-label={text.legend}>
              {diffKinds.map((kind, i) => (
                <li key={kind}>
                  <ChangeSwatch kind={i} />
                  <span>{text.diffKinds[kind]}</span>
                  <span className={styles.count}>{text.pixels(formatNumber(made.diff.pixels[kind]))}</span>
                </li>
              ))}
            </ul>
            <ul className={styles.changes} aria-label={text.changedObjects}>
              {made.diff.objects.slice(0, mostRows).map((object, i) => (
                <li key={`${object.before} ${object.after}`}>
                  <Button kind="quiet" aria-current={i === active || undefined} onClick={() => onGo(i)}>
                    {changeText(object, nameOf)}
                  </Button>
                </li>
              ))}
            </ul>
            {made.diff.objects.length > mostRows && (
              <p className={styles.meta}>{text.moreChanges(made.diff.objects.length - mostRows)}</p>
            )}
          </>
        )}
      </div>
    </Panel>
  )
}

function changeText(object: DiffedObject, nameOf: (id: number | null) => string): string {
  const { before, after, categoryBefore, categoryAfter, gained, lost } = object
  if (before === null) return text.objectAdded(`${nameOf(categoryAfter)} ${after}`, formatNumber(gained))
  if (after === null) return text.objectRemoved(`${nameOf(categoryBefore)} ${before}`, formatNumber(lost))
  const [was, is] = [`${nameOf(categoryBefore)} ${before}`, `${nameOf(categoryAfter)} ${after}`]
  if (categoryBefore !== categoryAfter) return text.objectBecame(was, is)
  return text.objectChanged(is, formatNumber(gained), formatNumber(lost))
}
