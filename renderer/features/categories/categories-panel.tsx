import Plus from 'lucide-react/icons/plus'
import { useMemo } from 'react'
import { useStore } from 'zustand'
import { useCommands } from '../../commands/use-commands.ts'
import { useStores } from '../../stores/stores.ts'
import { CategoryList } from '../../ui/category-list.tsx'
import { ErrorText } from '../../ui/error-text.tsx'
import { CommandButton } from '../../ui/icon-button.tsx'
import { Panel } from '../../ui/panel.tsx'
import styles from './categories.module.css'
import { categoryCommands } from './category-commands.ts'
import { text } from './text.ts'

/** The categories of the library, to look at and to change. Choosing one opens it for editing. */
export function CategoriesPanel() {
  const { categories, dialogs } = useStores()
  const list = useStore(categories, (state) => state.list)
  const loading = useStore(categories, (state) => state.loading)
  const edit = (id: number) => dialogs.show({ kind: 'category', id })
  return (
    <Panel
      title={text.title}
      actions={<CommandButton id="categories.add" icon={<Plus size={15} />} side="left" />}
    >
      {loading.kind === 'failed' && <ErrorText error={loading.error} />}
      {loading.kind === 'ready' && list.length === 0 && <p className={styles.empty}>{text.empty}</p>}
      <CategoryList categories={list} onChoose={edit} onEdit={edit} />
    </Panel>
  )
}

/** What can be done with categories from anywhere. */
export function CategoryCommands() {
  const { dialogs } = useStores()
  const commands = useMemo(() => categoryCommands(dialogs), [dialogs])
  useCommands('global', commands)
  return null
}
