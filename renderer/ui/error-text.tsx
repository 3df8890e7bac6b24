import CircleAlert from 'lucide-react/icons/circle-alert'
import type { ReactNode } from 'react'
import type { ErrorInfo } from '../../shared/base/app-error.ts'
import styles from './error-text.module.css'

/** What happened, what to do next, and the code to look it up or report it by. */
export function ErrorText({ error, action }: { readonly error: ErrorInfo; readonly action?: ReactNode }) {
  return (
    <div className={styles.root} role="alert">
      <CircleAlert size={16} className={styles.icon} aria-hidden />
      <div className={styles.text}>
        <p>{error.message}</p>
        <p className={styles.remedy}>
          {error.remedy} <code className={styles.code}>{error.code}</code>
        </p>
      </div>
      {action}
    </div>
  )
}
