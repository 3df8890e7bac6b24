import Download from 'lucide-react/icons/download'
import History from 'lucide-react/icons/history'
import Tags from 'lucide-react/icons/tags'
import Trash2 from 'lucide-react/icons/trash-2'
import Undo2 from 'lucide-react/icons/undo-2'
import { useStore } from 'zustand'
import { splits } from '../../../shared/dataset/card.ts'
import type { SampleChange } from '../../../shared/host/host-api.ts'
import type { LabelStatus } from '../../../shared/label/status.ts'
import { useCommand } from '../../commands/use-commands.ts'
import { samplePast } from '../../stores/sample-past.ts'
import { useStores } from '../../stores/stores.ts'
import { MenuItem, MenuLabel, MenuSeparator } from '../../ui/menu.tsx'
import { StatusDot, statusText } from '../../ui/status-dot.tsx'
import { changeSelected } from './bulk.ts'
import { text } from './text.ts'

/** A person sets these; the others come from work or import. */
export const offeredStatuses: readonly LabelStatus[] = [
  'unlabeled',
  'in progress',
  'labeled',
  'reviewed',
  'rejected',
  'skipped',
]

/** What can be done to what is selected, for the menu of the grid. */
export function SelectionMenu({ onOpen }: { onOpen(sampleId: string): void }) {
  const { samples, work, notices, dialogs } = useStores()
  const isTrash = useStore(samples, (state) => state.trash)
  const active = useStore(samples, (state) => state.active.id)
  const exporting = useCommand('grid.export')
  const run = (change: SampleChange) => () => void changeSelected({ samples, work, notices }, change)
  if (isTrash) {
    return (
      <MenuItem icon={<Undo2 size={14} />} onSelect={run({ kind: 'restore' })}>
        {text.restore}
      </MenuItem>
    )
  }
  return (
    <>
      <MenuItem keys="Enter" disabled={active === null} onSelect={() => active && onOpen(active)}>
        {text.open}
      </MenuItem>
      <MenuItem
        icon={<History size={14} />}
        disabled={active === null}
        onSelect={() => {
          samplePast.setState({ isOpen: true })
          if (active) onOpen(active)
        }}
      >
        {text.history}
      </MenuItem>
      <MenuSeparator />
      <MenuLabel>{text.setStatus}</MenuLabel>
      {offeredStatuses.map((status) => (
        <MenuItem
          key={status}
          icon={<StatusDot status={status} />}
          onSelect={run({ kind: 'status', status })}
        >
          {statusText[status]}
        </MenuItem>
      ))}
      <MenuSeparator />
      <MenuLabel>{text.setSplit}</MenuLabel>
      {[...splits, null].map((split) => (
        <MenuItem key={split ?? 'none'} onSelect={run({ kind: 'card', change: { kind: 'split', split } })}>
          {split ?? text.none}
        </MenuItem>
      ))}
      <MenuSeparator />
      <MenuItem
        icon={<Tags size={14} />}
        onSelect={() => dialogs.show({ kind: 'category-move', purpose: 'assign', from: null })}
      >
        {text.assign}
      </MenuItem>
      {exporting && (
        <MenuItem icon={<Download size={14} />} command="grid.export" onSelect={() => exporting.run?.()}>
          {exporting.title}
        </MenuItem>
      )}
      <MenuItem icon={<Trash2 size={14} />} keys="Delete" onSelect={run({ kind: 'trash' })}>
        {text.toTrash}
      </MenuItem>
    </>
  )
}
