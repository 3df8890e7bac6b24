import PlugZap from 'lucide-react/icons/plug-zap'
import { useLink } from '../host/use-host.ts'
import styles from './shell.module.css'
import { text } from './text.ts'

/** Shown while the program behind the window does not answer or does not know this window. */
export function LinkBanner() {
  const link = useLink()
  if (link.kind === 'ready' || link.kind === 'connecting') return null
  const isGone = link.kind === 'gone'
  return (
    <div className={styles.link} data-kind={link.kind} role="alert">
      <PlugZap size={16} aria-hidden />
      <p>
        <strong>{isGone ? text.gone : text.refused}.</strong>{' '}
        {isGone
          ? `${text.goneBody} ${link.attempts > 3 ? text.goneRestart : ''}`
          : `${link.error.message} ${link.error.remedy} ${text.refusedBody}`}
      </p>
    </div>
  )
}
