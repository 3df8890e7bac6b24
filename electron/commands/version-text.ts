import type { Version } from '../../shared/host/host-api.ts'
import { count } from './words.ts'

export function countsText({ samples, labeled, objects, shaped, carried }: Version['counts']): string {
  const more = [
    shaped ? `, ${count(shaped, 'label')} with shapes` : '',
    carried ? `, ${carried} kept but not shown` : '',
  ]
  return `${count(samples, 'image')}, ${labeled} labeled, ${count(objects, 'object')}${more.join('')}`
}

/** `+1 image, 2 labels changed`. */
export function changesText({
  added,
  removed,
  relabeled,
  recarded,
  recarried = 0,
  ontologyChanged,
}: Version['changes']): string {
  const parts: string[] = []
  if (added > 0) parts.push(`+${count(added, 'image')}`)
  if (removed > 0) parts.push(`-${count(removed, 'image')}`)
  if (relabeled > 0) parts.push(`${count(relabeled, 'label')} changed`)
  if (recarded > 0) parts.push(`${count(recarded, 'image')} with other tags or issues`)
  if (recarried > 0) parts.push(`${count(recarried, 'kept sample')} changed`)
  if (ontologyChanged) parts.push('categories changed')
  return parts.length > 0 ? parts.join(', ') : 'no change'
}
