import { createStore, type StoreApi } from 'zustand/vanilla'

/** Which screen is shown. Kept in the fragment, so a reload comes back to the same place. */
export type Route =
  | { readonly screen: 'dataset' }
  | { readonly screen: 'label' | 'review'; readonly sampleId: string }
  | { readonly screen: 'objects' }
  | { readonly screen: 'history' }
  /** `before`: the number of a version; `after` too, or `now`; `image`: the digest of the one that is looked at. */
  | {
      readonly screen: 'compare'
      readonly before: string
      readonly after: string
      readonly image: string | null
    }
  /** `conflict`: id of the sample that is looked at; null: the first one. `from`: where one came from; left out: the history. */
  | { readonly screen: 'conflicts'; readonly conflict: string | null; readonly from?: 'segments' }
  /** `version`: the number of the one to begin with; null: where one left off. */
  | { readonly screen: 'lineage'; readonly version: string | null }
  | { readonly screen: 'sync' }
  /** Looking at what is on the server, and bringing it here. */
  | { readonly screen: 'pull' }
  /** The dataset on Segments.ai: what differs, and bringing both together. */
  | { readonly screen: 'segments' }

export type RouteStore = StoreApi<Route> & { go(route: Route): void }

/** Anything unknown is the dataset. */
export function parseRoute(fragment: string): Route {
  const [screen, id, other, image] = fragment.replace(/^#\/?/, '').split('/')
  if ((screen === 'label' || screen === 'review') && id && /^[0-9a-f-]{36}$/.test(id))
    return { screen, sampleId: id }
  if (screen === 'compare' && /^\d{1,9}$/.test(id ?? '') && /^(\d{1,9}|now)$/.test(other ?? ''))
    return { screen, before: id!, after: other!, image: /^[0-9a-f]{64}$/.test(image ?? '') ? image! : null }
  if (screen === 'conflicts')
    return {
      screen,
      conflict: /^[0-9a-f-]{36}$/.test(id ?? '') ? id! : null,
      ...(other === 'segments' && { from: other }),
    }
  if (screen === 'lineage') return { screen, version: /^\d{1,9}$/.test(id ?? '') ? id! : null }
  if (
    screen === 'history' ||
    screen === 'sync' ||
    screen === 'pull' ||
    screen === 'segments' ||
    screen === 'objects'
  )
    return { screen }
  return { screen: 'dataset' }
}

export function formatRoute(route: Route): string {
  if (route.screen === 'compare')
    return `#/compare/${route.before}/${route.after}${route.image ? `/${route.image}` : ''}`
  if (route.screen === 'conflicts')
    return route.from
      ? `#/conflicts/${route.conflict ?? 'first'}/${route.from}`
      : `#/conflicts${route.conflict ? `/${route.conflict}` : ''}`
  if (route.screen === 'lineage') return `#/lineage${route.version ? `/${route.version}` : ''}`
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
      const isStep =
        'sampleId' in route ||
        route.screen === 'conflicts' ||
        (route.screen === 'compare' && 'image' in before && before.image !== null)
      if (before.screen === route.screen && isStep) page.history.replaceState(null, '', formatRoute(route))
      else page.history.pushState(null, '', formatRoute(route))
    },
  }
}
