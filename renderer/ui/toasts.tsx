import { Toast } from '@base-ui/react/toast'
import X from 'lucide-react/icons/x'
import { IconButton } from './icon-button.tsx'
import { uiText } from './text.ts'
import styles from './toasts.module.css'

const manager = Toast.createToastManager()

/** Long enough to read a line; longer where there is something to undo. */
const readMs = 5000
const undoMs = 12_000

/**
 * Says that something worked, for some seconds or until dismissed; hovering holds it. Problems go to the notices instead.
 * Returns what takes it away.
 */
export function toast(text: string, action?: { readonly label: string; run(): void }): () => void {
  const onClick = () => {
    // Once: what it offered is done, and it holds the keys no longer.
    manager.close(id)
    action?.run()
  }
  const id = manager.add({
    title: text,
    timeout: action ? undoMs : readMs,
    ...(action && { actionProps: { children: action.label, onClick } }),
  })
  return () => manager.close(id)
}

/** Where toasts appear; once in the app. */
export function Toasts() {
  return (
    <Toast.Provider toastManager={manager} limit={3}>
      <Toast.Portal>
        <Toast.Viewport className={styles.viewport}>
          <List />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  )
}

function List() {
  const { toasts } = Toast.useToastManager()
  return toasts.map((item) => (
    <Toast.Root key={item.id} toast={item} className={styles.toast}>
      <Toast.Content className={styles.content}>
        <Toast.Title className={styles.title} />
        {item.actionProps && <Toast.Action className={styles.action} />}
        <Toast.Close render={<IconButton label={uiText.dismiss} icon={<X size={14} />} />} />
      </Toast.Content>
    </Toast.Root>
  ))
}
