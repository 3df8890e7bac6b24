import './trusted-types.ts'
import './no-eval.ts'
import '../ui/tokens.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { isMacPlatform } from '../commands/key-chord.ts'
import { installKeymap } from '../commands/keymap.ts'
import { createCommandRegistry } from '../commands/registry.ts'
import { connectHost } from '../host/connect.ts'
import { createStores } from '../stores/stores.ts'
import { App } from './app.tsx'
import { createRouteStore } from './route.ts'

// Connecting takes the launch token out of the fragment, so it comes before the route is read from there.
const host = connectHost(window)
const stores = createStores(host, window.localStorage, document.documentElement)
const commands = createCommandRegistry()
installKeymap(commands, window, {
  isMac: isMacPlatform(),
  singleKeys: () => stores.shortcuts.getState().singleKeys,
})

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App host={host} stores={stores} commands={commands} route={createRouteStore(window)} />
  </StrictMode>,
)
