import { CSPProvider } from '@base-ui/react/csp-provider'
import { useEffect } from 'react'
import { useStore } from 'zustand'
import type { CommandRegistry } from '../commands/registry.ts'
import { CatalogueContext, CommandsContext, type LoadCatalogue } from '../commands/use-commands.ts'
import type { FaceHost } from '../host/face-host.ts'
import { HostContext } from '../host/use-host.ts'
import { type Stores, StoresContext } from '../stores/stores.ts'
import { ErrorBoundary } from '../ui/error-boundary.tsx'
import { Toasts } from '../ui/toasts.tsx'
import { TooltipProvider } from '../ui/tooltip.tsx'
import type { RouteStore } from './route.ts'
import { Shell } from './shell.tsx'

const loadCatalogue: LoadCatalogue = async () => (await import('./catalogue.ts')).catalogue

/** The whole face, given what it stands on. */
export function App(props: {
  readonly host: FaceHost
  readonly stores: Stores
  readonly commands: CommandRegistry
  readonly route: RouteStore
}) {
  const name = useStore(props.stores.appInfo, (state) => state.info?.libraryName)
  useEffect(() => {
    document.title = name ? `${name} · Tessera` : 'Tessera'
  }, [name])
  return (
    // Our content security policy refuses style elements; what they would say stands in tokens.css.
    <CSPProvider disableStyleElements>
      <HostContext value={props.host}>
        <StoresContext value={props.stores}>
          <CommandsContext value={props.commands}>
            <CatalogueContext value={loadCatalogue}>
              <TooltipProvider delay={500}>
                <ErrorBoundary>
                  <Shell route={props.route} />
                </ErrorBoundary>
                <Toasts />
              </TooltipProvider>
            </CatalogueContext>
          </CommandsContext>
        </StoresContext>
      </HostContext>
    </CSPProvider>
  )
}
