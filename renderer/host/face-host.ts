import type { StoreApi } from 'zustand/vanilla'
import type { ErrorInfo } from '../../shared/base/app-error.ts'
import type { HostConnection } from '../../shared/host/host-api.ts'

/** Where the line to the host stands. `gone` heals by itself; `refused` needs the person. */
export type LinkState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'gone'; readonly attempts: number }
  | { readonly kind: 'refused'; readonly error: ErrorInfo }

/** A host connection whose state the window can show. While `gone`, calls reject at once with `HOST_GONE`. */
export interface FaceHost extends HostConnection {
  readonly link: StoreApi<LinkState>
  close(): void
}
