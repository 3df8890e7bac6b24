import type { RouteStore } from './route.ts'

export function Shell(_: { readonly route: RouteStore }) {
  return null
}
