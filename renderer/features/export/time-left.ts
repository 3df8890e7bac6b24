import { useRef } from 'react'
import type { ExchangeJob } from '../../../shared/host/exchange-methods.ts'

/** Before this nothing is told: the first items say little. */
const firstMs = 5000

/** Seconds until the step of a job is done, after its pace so far; null while that cannot be said. */
export function useTimeLeft(
  { id, step, done, total }: ExchangeJob,
  now: number = performance.now(),
): number | null {
  const began = useRef({ key: '', at: 0, done: 0 })
  const key = `${id} ${step}`
  if (began.current.key !== key) began.current = { key, at: now, done }
  const { at, done: first } = began.current
  if (total === null || done <= first || now - at < firstMs) return null
  return ((total - done) * (now - at)) / (done - first) / 1000
}
