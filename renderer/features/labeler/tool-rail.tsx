import Brush from 'lucide-react/icons/brush'
import Eraser from 'lucide-react/icons/eraser'
import Grid2x2 from 'lucide-react/icons/grid-2x2'
import Hexagon from 'lucide-react/icons/hexagon'
import MousePointer2 from 'lucide-react/icons/mouse-pointer-2'
import Shield from 'lucide-react/icons/shield'
import { useStore } from 'zustand'
import { type LabelingStore, type ToolName, toolNames } from '../../stores/labeling.ts'
import { CommandButton } from '../../ui/icon-button.tsx'
import { Roving } from '../../ui/roving.tsx'
import styles from './labeler.module.css'
import { SuperpixelOptions } from './superpixel-options.tsx'
import { text } from './text.ts'

const icons = {
  select: MousePointer2,
  superpixel: Hexagon,
  brush: Brush,
  eraser: Eraser,
} as const satisfies Record<ToolName, unknown>

/** The tools at the left of the canvas. */
export function ToolRail({ labeling }: { readonly labeling: LabelingStore }) {
  const active = useStore(labeling, (state) => (state.erases ? 'eraser' : state.tool))
  const outlines = useStore(labeling, (state) => state.outlines)
  const protects = useStore(labeling, (state) => state.protects)
  return (
    <Roving className={styles.rail} role="toolbar" orientation="vertical" label={text.groupTools}>
      {toolNames.map((name) => {
        const Icon = icons[name]
        return (
          <CommandButton
            key={name}
            id={`canvas.tool.${name}`}
            icon={<Icon size={18} />}
            pressed={active === name}
            side="right"
          />
        )
      })}
      <span className={styles.railRule} />
      <CommandButton id="canvas.outlines" icon={<Grid2x2 size={18} />} pressed={outlines} side="right" />
      <SuperpixelOptions labeling={labeling} />
      <CommandButton id="canvas.protect" icon={<Shield size={18} />} pressed={protects} side="right" />
    </Roving>
  )
}
