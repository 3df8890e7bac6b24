import Minus from 'lucide-react/icons/minus'
import Package from 'lucide-react/icons/package'
import Pencil from 'lucide-react/icons/pencil'
import Plus from 'lucide-react/icons/plus'
import Tag from 'lucide-react/icons/tag'
import Tags from 'lucide-react/icons/tags'
import type { VersionDraft } from '../../../shared/host/host-api.ts'
import { Badge } from '../../ui/badge.tsx'
import styles from './history.module.css'
import { text } from './text.ts'

/** How many images may have another label than before. */
export const changedImages = ({ added, removed, relabeled }: VersionDraft['changes']) =>
  added + removed + relabeled

/** What differs from the version before, each kind with its own sign and words. */
export function ChangeBadges({ changes }: { readonly changes: VersionDraft['changes'] }) {
  return (
    <div className={styles.changes}>
      {changes.added > 0 && (
        <Badge tone="accent" icon={<Plus size={12} />}>
          {text.added(changes.added)}
        </Badge>
      )}
      {changes.removed > 0 && (
        <Badge tone="warning" icon={<Minus size={12} />}>
          {text.removed(changes.removed)}
        </Badge>
      )}
      {changes.relabeled > 0 && (
        <Badge icon={<Pencil size={12} />}>{text.relabeled(changes.relabeled)}</Badge>
      )}
      {changes.recarried !== undefined && (
        <Badge icon={<Package size={12} />}>{text.recarried(changes.recarried)}</Badge>
      )}
      {changes.recarded > 0 && <Badge icon={<Tag size={12} />}>{text.recarded(changes.recarded)}</Badge>}
      {changes.ontologyChanged && <Badge icon={<Tags size={12} />}>{text.ontology}</Badge>}
    </div>
  )
}
