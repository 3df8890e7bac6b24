import { createStore, type StoreApi } from 'zustand/vanilla'

/** Which screen is shown. Kept in the fragment, so a reload comes back to the same place. */
export type Route =
  | { readonly screen: 'dataset' }
  | { readonly screen: 'label' | 'review'; readonly sampleId: string }
  | { readonly screen: 'objects' }
  | { readonly screen: 'history' }
  | { readonly screen: 'sync' }

export type RouteStore = StoreApi<Route> & { go(route: Route): void }

/** Anything unknown is the dataset. */
export function parseRoute(fragment: string): Route {
  const [screen, id] = fragment.replace(/^#\/?/, '').split('/')
  if ((screen === 'label' || screen === 'review') && id && /^[0-9a-f-]{36}$/.test(id))
    return { screen, sampleId: id }
  if (screen === 'history' || screen === 'sync' || screen === 'objects') return { screen }
  return { screen: 'dataset' }
}

export function formatRoute(route: Route): string {
  return 'sampleId' in route ? `#/${route.screen}/${route.sampleId}` : `#/${route.screen}`
}

export function createRouteStore(page: Window): RouteStore {
  const store = createStore<Route>(() => parseRoute(page.location.hash))
  page.addEventListener('hashchange', () => store.setState(parseRoute(page.location.hash), true))
  return {
    ...store,
    go(route) {
      const before = store.getState()
      store.setState(route, true)
      // Stepping from image to image should not fill the history: Back leads out of labeling.
      if (before.screen === route.screen && 'sampleId' in route)
        page.history.replaceState(null, '', formatRoute(route))
      else page.history.pushState(null, '', formatRoute(route))
    },
  }
}
