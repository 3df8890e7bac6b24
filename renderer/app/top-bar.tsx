import Lock from 'lucide-react/icons/lock'
import Moon from 'lucide-react/icons/moon'
import Settings from 'lucide-react/icons/settings'
import Sun from 'lucide-react/icons/sun'
import { useStore } from 'zustand'
import { SyncBadge } from '../features/sync/sync-badge.tsx'
import { useStores } from '../stores/stores.ts'
import { Badge } from '../ui/badge.tsx'
import { CommandButton } from '../ui/icon-button.tsx'
import { Tooltip } from '../ui/tooltip.tsx'
import type { Route, RouteStore } from './route.ts'
import { SaveBadge } from './save-badge.tsx'
import styles from './shell.module.css'
import { text } from './text.ts'

const places = [
  { screen: 'dataset', label: text.dataset },
  { screen: 'history', label: text.history },
  { screen: 'sync', label: text.sync },
  { screen: 'lineage', label: text.lineage },
] as const

/** Where one is, whether all is saved, where sync stands. */
export function TopBar({ route }: { readonly route: RouteStore }) {
  const { appInfo, theme } = useStores()
  const here = useStore(route)
  const info = useStore(appInfo, (state) => state.info)
  const isDark = useStore(theme, isShownDark)
  return (
    <header className={styles.bar}>
      <div className={styles.library} title={info?.libraryName}>
        <Mark />
        <strong>{info?.libraryName ?? 'Tessera'}</strong>
        {info?.readOnly && (
          <Tooltip name={text.readOnly} help={text.readOnlyHelp}>
            <span>
              <Badge tone="warning" icon={<Lock size={12} />}>
                {text.readOnly}
              </Badge>
            </span>
          </Tooltip>
        )}
      </div>
      <nav className={styles.nav} aria-label={text.nav}>
        {places.map(({ screen, label }) => (
          <button
            key={screen}
            type="button"
            aria-current={isIn(here, screen) ? 'page' : undefined}
            onClick={() => route.go(screen === 'lineage' ? { screen, version: null } : { screen })}
          >
            {label}
          </button>
        ))}
      </nav>
      <div className={styles.right}>
        <SaveBadge isLabeling={'sampleId' in here} />
        <SyncBadge onOpen={() => route.go({ screen: 'sync' })} />
        <CommandButton id="app.theme" icon={isDark ? <Sun size={16} /> : <Moon size={16} />} />
        <CommandButton id="app.settings" icon={<Settings size={16} />} />
      </div>
    </header>
  )
}

/** Whether the window is dark now, whatever made it so. */
export function isShownDark(theme: 'system' | 'dark' | 'light'): boolean {
  return theme === 'system' ? matchMedia('(prefers-color-scheme: dark)').matches : theme === 'dark'
}

const isIn = (here: Route, screen: Route['screen']) =>
  here.screen === screen ||
  (here.screen === 'compare' && screen === 'history') ||
  (here.screen === 'conflicts' && screen === (here.from === 'segments' ? 'sync' : 'history')) ||
  ((here.screen === 'pull' || here.screen === 'segments') && screen === 'sync') ||
  (('sampleId' in here || here.screen === 'objects') && screen === 'dataset')

/** Four tesserae, one of them set. */
function Mark() {
  return (
    <svg width="18" height="18" viewBox="0 0 18 18" className={styles.mark} aria-hidden="true">
      <path d="M1 1h7v7H1z" opacity=".45" />
      <path d="M10 1h7v7h-7z" />
      <path d="M1 10h7v7H1z" opacity=".7" />
      <path d="M10 10h7v7h-7z" opacity=".25" />
    </svg>
  )
}
