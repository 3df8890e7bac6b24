import ListTree from 'lucide-react/icons/list-tree'
import Plus from 'lucide-react/icons/plus'
import { useStore } from 'zustand'
import { useStores } from '../../stores/stores.ts'
import { CategoryList } from '../../ui/category-list.tsx'
import { ErrorText } from '../../ui/error-text.tsx'
import { CommandButton } from '../../ui/icon-button.tsx'
import { Panel } from '../../ui/panel.tsx'
import styles from './categories.module.css'
import { StartFrom } from './start-from.tsx'
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
      actions={
        <>
          <CommandButton id="categories.manage" icon={<ListTree size={15} />} side="left" />
          <CommandButton id="categories.add" icon={<Plus size={15} />} side="left" />
        </>
      }
    >
      {loading.kind === 'failed' && <ErrorText error={loading.error} />}
      {loading.kind === 'ready' && list.length === 0 && (
        <div className={styles.empty}>
          <p>{text.empty}</p>
          <StartFrom />
        </div>
      )}
      <CategoryList categories={list} onChoose={edit} onEdit={edit} />
    </Panel>
  )
}
