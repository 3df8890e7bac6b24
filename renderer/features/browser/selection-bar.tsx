import CircleCheck from 'lucide-react/icons/circle-check'
import Download from 'lucide-react/icons/download'
import Split from 'lucide-react/icons/split'
import Tag from 'lucide-react/icons/tag'
import Tags from 'lucide-react/icons/tags'
import Trash2 from 'lucide-react/icons/trash-2'
import Undo2 from 'lucide-react/icons/undo-2'
import X from 'lucide-react/icons/x'
import { useState } from 'react'
import { useStore } from 'zustand'
import { splits } from '../../../shared/dataset/card.ts'
import type { SampleChange } from '../../../shared/host/host-api.ts'
import { countOf } from '../../stores/sample-selection.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { CommandButton, CommandTextButton, IconButton } from '../../ui/icon-button.tsx'
import { Menu, MenuItem } from '../../ui/menu.tsx'
import { Progress } from '../../ui/progress.tsx'
import { StatusDot, statusText } from '../../ui/status-dot.tsx'
import styles from './browser.module.css'
import { changeSelected } from './bulk.ts'
import { offeredStatuses } from './selection-menu.tsx'
import { text } from './text.ts'

/** Under the grid: how many there are, how many are selected, and what can be done to those. */
export function SelectionBar({ onAddTag }: { onAddTag(): void }) {
  const { samples, work, notices } = useStores()
  const total = useStore(samples, (state) => state.total)
  const outOf = useStore(samples, (state) => state.outOf)
  const isTrash = useStore(samples, (state) => state.trash)
  const selection = useStore(samples, (state) => state.selection)
  const hidden = useStore(samples, (state) => state.hidden)
  const running = useStore(work, (state) => state.work)
  const [stopping, setStopping] = useState(false)
  const count = countOf(selection)
  const run = (change: SampleChange) => () => void changeSelected({ samples, work, notices }, change)
  return (
    <div className={styles.foot}>
      <span role="status">{text.shown(total, outOf)}</span>
      {running ? (
        <span className={styles.working}>
          <Progress label={running.title} value={running.done} total={Math.max(1, running.total)} />
          <span role="status">
            {running.title} · {running.done} / {running.total}
          </span>
          <Button
            kind="quiet"
            disabled={stopping}
            onClick={() => {
              setStopping(true)
              work.cancel()
              setTimeout(() => setStopping(false), 500)
            }}
          >
            {text.stop}
          </Button>
        </span>
      ) : count > 0 && (count > 1 || isTrash) ? (
        // biome-ignore lint/a11y/useSemanticElements: nothing here is sent as a form
        <span className={styles.acts} role="group" aria-label={text.selected(count)}>
          <strong role="status">
            {text.selected(count)}
            {hidden > 0 && `, ${text.selectedHidden(hidden)}`}
          </strong>
          {isTrash ? (
            <Button kind="quiet" icon={<Undo2 size={14} />} onClick={run({ kind: 'restore' })}>
              {text.restore}
            </Button>
          ) : (
            <>
              <Menu
                trigger={
                  <Button kind="quiet" icon={<CircleCheck size={14} />}>
                    {text.setStatus}
                  </Button>
                }
              >
                {offeredStatuses.map((status) => (
                  <MenuItem
                    key={status}
                    icon={<StatusDot status={status} />}
                    onSelect={run({ kind: 'status', status })}
                  >
                    {statusText[status]}
                  </MenuItem>
                ))}
              </Menu>
              <Button kind="quiet" icon={<Tag size={14} />} onClick={onAddTag}>
                {text.addTag}
              </Button>
              <Menu
                trigger={
                  <Button kind="quiet" icon={<Split size={14} />}>
                    {text.setSplit}
                  </Button>
                }
              >
                {[...splits, null].map((split) => (
                  <MenuItem
                    key={split ?? 'none'}
                    onSelect={run({ kind: 'card', change: { kind: 'split', split } })}
                  >
                    {split ?? text.none}
                  </MenuItem>
                ))}
              </Menu>
              <CommandTextButton id="grid.assign" kind="quiet" icon={<Tags size={14} />}>
                {text.assignShort}
              </CommandTextButton>
              <CommandButton id="grid.export" icon={<Download size={14} />} side="top" />
              <Button kind="quiet" icon={<Trash2 size={14} />} onClick={run({ kind: 'trash' })}>
                {text.toTrash}
              </Button>
            </>
          )}
          <IconButton
            label={text.selectNone}
            icon={<X size={14} />}
            onClick={() => samples.select({ kind: 'some', ids: new Set() }, samples.getState().active.index)}
          />
        </span>
      ) : (
        <span className={styles.footHint}>{total > 0 && text.hint}</span>
      )}
    </div>
  )
}
