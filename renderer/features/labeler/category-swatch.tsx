import { useStore } from 'zustand'
import type { Category } from '../../../shared/label/ontology.ts'
import { Swatch } from '../../ui/category-list.tsx'
import type { LabelerActions } from './labeler-actions.ts'

/** A category as the open label shows it; grey where there is none. */
export function CategorySwatch(props: {
  readonly actions: LabelerActions
  readonly category: Category | undefined
}) {
  const { actions, category } = props
  const pattern = useStore(actions.viewing, ({ patterns }) => patterns.get(category?.id ?? 0))
  return (
    <Swatch
      color={category?.color ?? '#999999'}
      isStuff={category?.hasInstances === false}
      isVoid={category?.isVoid === true}
      pattern={pattern}
    />
  )
}
