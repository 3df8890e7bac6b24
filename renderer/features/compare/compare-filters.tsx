import X from 'lucide-react/icons/x'
import { useStore } from 'zustand'
import { type CompareStore, hasFilter } from '../../stores/comparison.ts'
import { Button } from '../../ui/button.tsx'
import styles from './compare.module.css'
import { useNames } from './compare-summary.tsx'
import { text } from './text.ts'

/** What the images are filtered by, each with how to be rid of it. */
export function CompareFilters({ compare }: { readonly compare: CompareStore }) {
  const comparison = useStore(compare, (state) => state.comparison)
  const kinds = useStore(compare, (state) => state.kinds)
  const pixelKinds = useStore(compare, (state) => state.pixelKinds)
  const categoryId = useStore(compare, (state) => state.categoryId)
  const pair = useStore(compare, (state) => state.pair)
  const names = useNames(comparison)
  if (!hasFilter(compare.getState())) return null
  const chips = [
    ...[...kinds].map((kind) => ({ name: text.kinds[kind], drop: () => compare.toggleKind(kind) })),
    ...[...pixelKinds].map((kind) => ({
      name: text.pixelsOf(text.pixelKinds[kind]),
      drop: () => compare.togglePixelKind(kind),
    })),
    ...(categoryId === null
      ? []
      : [{ name: names(categoryId).name, drop: () => compare.setState({ categoryId: null, active: 0 }) }]),
    ...(pair === null
      ? []
      : [
          {
            name: text.became(names(pair.from).name, names(pair.to).name),
            drop: () => compare.togglePair(pair),
          },
        ]),
  ]
  return (
    <ul className={styles.chips} aria-label={text.filters}>
      {chips.map(({ name, drop }) => (
        <li key={name}>
          <Button kind="quiet" icon={<X size={13} />} aria-label={text.without(name)} onClick={drop}>
            {name}
          </Button>
        </li>
      ))}
      {chips.length > 1 && (
        <li>
          <Button kind="quiet" onClick={() => compare.clearFilters()}>
            {text.clear}
          </Button>
        </li>
      )}
    </ul>
  )
}
