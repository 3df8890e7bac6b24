import type { Version } from '../../shared/host/host-api.ts'
import { count } from './words.ts'

export function countsText({ samples, labeled, objects }: Version['counts']): string {
  return `${count(samples, 'image')}, ${labeled} labeled, ${count(objects, 'object')}`
}

/** `+1 image, 2 labels changed`. */
export function changesText({
  added,
  removed,
  relabeled,
  recarded,
  ontologyChanged,
}: Version['changes']): string {
  const parts: string[] = []
  if (added > 0) parts.push(`+${count(added, 'image')}`)
  if (removed > 0) parts.push(`-${count(removed, 'image')}`)
  if (relabeled > 0) parts.push(`${count(relabeled, 'label')} changed`)
  if (recarded > 0) parts.push(`${count(recarded, 'image')} with other tags or issues`)
  if (ontologyChanged) parts.push('categories changed')
  return parts.length > 0 ? parts.join(', ') : 'no change'
}
