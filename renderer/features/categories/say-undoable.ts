import type { OntologyUndo } from '../../stores/categories.ts'
import type { Stores } from '../../stores/stores.ts'
import { toast } from '../../ui/toasts.tsx'
import { text } from './text.ts'

/** Says that the categories were changed, and offers to take it back. */
export function sayUndoable({ notices }: Pick<Stores, 'notices'>, said: string, undo: OntologyUndo): void {
  const takeBack = async () => {
    try {
      const { left } = await undo()
      toast(left.length > 0 ? text.undoneBut(left.join(', ')) : text.undone)
    } catch (error) {
      notices.report('categories.undo', error)
    }
  }
  toast(said, { label: text.undo, run: () => void takeBack() })
}
