import CircleAlert from 'lucide-react/icons/circle-alert'
import Info from 'lucide-react/icons/info'
import TriangleAlert from 'lucide-react/icons/triangle-alert'
import X from 'lucide-react/icons/x'
import { useStore } from 'zustand'
import { aheadNotice } from '../stores/pull.ts'
import { useStores } from '../stores/stores.ts'
import { CommandTextButton, IconButton } from '../ui/icon-button.tsx'
import { uiText } from '../ui/text.ts'
import styles from './shell.module.css'
import { text } from './text.ts'

const icons = { info: Info, warning: TriangleAlert, error: CircleAlert } as const

/** What the person should know, one line per cause, until dismissed. */
export function NoticeArea({ hasPullBar }: { readonly hasPullBar: boolean }) {
  const { notices } = useStores()
  const all = useStore(notices)
  // Where it is said already, with what can be done about it.
  const list = hasPullBar ? all.filter(({ key }) => key !== aheadNotice) : all
  if (list.length === 0) return null
  return (
    <section className={styles.notices} aria-label={text.notices}>
      {list.map(({ key, severity, error }) => {
        const Icon = icons[severity]
        return (
          <div key={key} className={styles.notice} data-severity={severity} role="alert">
            <Icon size={16} aria-hidden />
            <p>
              {error.message} <span>{error.remedy}</span> <code>{error.code}</code>
            </p>
            {key === aheadNotice && <CommandTextButton id="pull.merge" />}
            <IconButton
              label={uiText.dismiss}
              icon={<X size={14} />}
              onClick={() => notices.dismiss(key)}
              side="left"
            />
          </div>
        )
      })}
    </section>
  )
}
