import { createContext, useContext } from 'react'
import { useStore } from 'zustand'
import type { FaceHost, LinkState } from './face-host.ts'

export const HostContext = createContext<FaceHost | null>(null)

export function useHost(): FaceHost {
  const host = useContext(HostContext)
  if (!host) throw new Error('useHost outside HostContext')
  return host
}

export function useLink(): LinkState {
  return useStore(useHost().link)
}
