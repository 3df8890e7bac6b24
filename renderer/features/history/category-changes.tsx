import { useEffect, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { hasOtherLabel, sumCategories } from '../../../shared/host/comparison-file.ts'
import { labelChangeWords } from '../../../shared/host/comparison-words.ts'
import { useHost } from '../../host/use-host.ts'
import { createCompareStore } from '../../stores/comparison.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorText } from '../../ui/error-text.tsx'
import { Progress } from '../../ui/progress.tsx'
import styles from './history.module.css'
import { text } from './text.ts'

/** So many labels are counted while somebody reads what else there is. */
const fewImages = 200

/** Objects and exact pixels by category that changed from one version to another, or to what is not committed (null). */
export function CategoryChanges({
  before,
  after,
  images,
  onWords,
}: {
  readonly before: string
  readonly after: string | null
  /** How many may differ: a few are counted at once, for many somebody asks. */
  readonly images: number
  /** What changed in words, once it is counted. */
  onWords?(words: string): void
}) {
  const [isOpen, setIsOpen] = useState(images <= fewImages)
  return (
    <details
      className={styles.byCategory}
      open={isOpen}
      onToggle={(event) => setIsOpen((event.target as HTMLDetailsElement).open)}
    >
      <summary>{text.byCategory}</summary>
      {isOpen && <Numbers key={`${before} ${after}`} before={before} after={after} onWords={onWords} />}
    </details>
  )
}

function Numbers(props: {
  readonly before: string
  readonly after: string | null
  readonly onWords: ((words: string) => void) | undefined
}) {
  const { before, after, onWords } = props
  const host = useHost()
  const { categories } = useStores()
  const list = useStore(categories, (state) => state.list)
  const [compare] = useState(() => createCompareStore(host))
  const { comparison, isWhole, totals, counting, error } = useStore(compare)
  useEffect(() => {
    void compare.open(before, after)
    return () => compare.close()
  }, [compare, before, after])
  const rows = sumCategories(totals)
  const nameOf = (id: number) =>
    list.find((category) => category.id === id)?.name ??
    comparison?.categories.find((category) => category.id === id)?.name ??
    text.noCategory
  const wanted = comparison?.samples.filter(hasOtherLabel).length
  const words =
    comparison && isWhole && totals.size === wanted ? labelChangeWords(comparison, totals, nameOf) : null
  const tell = useRef(onWords)
  tell.current = onWords
  useEffect(() => {
    if (words !== null) tell.current?.(words)
  }, [words])
  return (
    <>
      {error && <ErrorText error={error} />}
      {(counting || !comparison) && !error && (
        <div className={styles.counting}>
          <Progress label={text.counting} value={counting?.done ?? 0} total={counting?.total ?? null} />
          <Button kind="quiet" onClick={() => compare.stopCounting()}>
            {text.stop}
          </Button>
        </div>
      )}
      {comparison && !counting && rows.length === 0 && (
        <p className={styles.muted}>{text.noCategoryChanged}</p>
      )}
      {rows.length > 0 && (
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{text.category}</th>
              <th scope="col">{text.objects}</th>
              <th scope="col">{text.pixels}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ id, objectsBefore, objectsAfter, pixelsBefore, pixelsAfter }) => (
              <tr key={id}>
                <th scope="row">{nameOf(id)}</th>
                <Delta before={objectsBefore} after={objectsAfter} />
                <Delta before={pixelsBefore} after={pixelsAfter} />
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  )
}

/** Both numbers on a line, and the difference beside or under them. */
function Delta({ before, after }: { readonly before: number; readonly after: number }) {
  return (
    <td>
      <span>{text.fromTo(before, after)}</span> <span>({text.difference(after - before)})</span>
    </td>
  )
}
