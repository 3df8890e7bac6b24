import './trusted-types.ts'
import './no-eval.ts'
import '../ui/tokens.css'
import '../ui/forced-colors.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { withKeys } from '../commands/bindings.ts'
import { isMacPlatform } from '../commands/key-chord.ts'
import { watchKeyLayout } from '../commands/key-layout.ts'
import { installKeymap } from '../commands/keymap.ts'
import { createCommandRegistry } from '../commands/registry.ts'
import { connectHost } from '../host/connect.ts'
import { bindingsOf } from '../stores/shortcuts.ts'
import { createStores } from '../stores/stores.ts'
import { App } from './app.tsx'
import { createRouteStore } from './route.ts'

// Connecting takes the launch token out of the fragment, so it comes before the route is read from there.
const host = connectHost(window)
const stores = createStores(host, window.localStorage, document.documentElement)
const commands = createCommandRegistry()
const { shortcuts } = stores
const bindKeys = () =>
  commands.rebind((list) => withKeys(list, bindingsOf(shortcuts.getState()), shortcuts.getState().singleKeys))
bindKeys()
shortcuts.subscribe(bindKeys)
installKeymap(commands, window, { isMac: isMacPlatform() })
watchKeyLayout(window)

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App host={host} stores={stores} commands={commands} route={createRouteStore(window)} />
  </StrictMode>,
)
