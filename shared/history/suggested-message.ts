import type { Changes } from './changes.ts'

/** The message of a commit that nobody has worded: "+14 images, 3 relabeled". Empty when nothing changed. */
export function suggestedMessage(changes: Changes & { readonly addedLabeled: number }): string {
  const { added, addedLabeled, removed, relabeled, recarded, recarried = 0, ontologyChanged } = changes
  const labels =
    addedLabeled === 0 ? '' : addedLabeled === added ? ' with labels' : ` (${addedLabeled} with labels)`
  return [
    added > 0 ? `+${images(added)}${labels}` : '',
    removed > 0 ? `−${images(removed)}` : '',
    relabeled > 0 ? `${relabeled} relabeled` : '',
    recarded > 0 ? `${recarded} with other tags or issues` : '',
    recarried > 0 ? `${recarried} kept ${recarried === 1 ? 'sample' : 'samples'} changed` : '',
    ontologyChanged ? 'categories changed' : '',
  ]
    .filter((part) => part !== '')
    .join(', ')
}

const images = (count: number) => (count === 1 ? '1 image' : `${count} images`)
