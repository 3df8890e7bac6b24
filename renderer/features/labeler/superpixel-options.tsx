import SlidersHorizontal from 'lucide-react/icons/sliders-horizontal'
import { useEffect, useId } from 'react'
import { useStore } from 'zustand'
import { useCommand } from '../../commands/use-commands.ts'
import {
  compactnessSteps,
  type LabelingStore,
  type SuperpixelChoice,
  smoothings,
} from '../../stores/labeling.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { Popover } from '../../ui/popover.tsx'
import { Progress } from '../../ui/progress.tsx'
import { Radios } from '../../ui/radios.tsx'
import { Switch } from '../../ui/switch.tsx'
import styles from './labeler.module.css'
import { text } from './text.ts'

/** How superpixels are made and whether their borders show. A change is seen as soon as the new ones are there. */
export function SuperpixelOptions({ labeling }: { readonly labeling: LabelingStore }) {
  const { compactness, smoothing } = useStore(labeling, (state) => state.superpixels)
  const outlines = useStore(labeling, (state) => state.outlines)
  const open = useStore(labeling, (state) => state.optionsOpen)
  const command = useCommand('canvas.superpixelOptions')
  // Whoever comes back to the screen did not ask for them again.
  useEffect(() => () => labeling.setState({ optionsOpen: false }), [labeling])
  const set = (changed: Partial<SuperpixelChoice>) =>
    labeling.setState((state) => ({ superpixels: { ...state.superpixels, ...changed } }))
  return (
    <Popover
      title={text.superpixels}
      side="right"
      open={open}
      onOpenChange={(optionsOpen) => labeling.setState({ optionsOpen })}
      trigger={
        <IconButton
          label={text.superpixelOptions}
          help={text.superpixelsHelp}
          keys={command?.keys?.[0]}
          icon={<SlidersHorizontal size={18} />}
          side="right"
        />
      }
    >
      <Compactness value={compactness} onChange={(value) => set({ compactness: value })} />
      <Radios
        label={text.smoothing}
        value={`${smoothing}`}
        options={smoothings.map((value) => ({
          value: `${value}`,
          label: text.smoothings[value],
          help: text.smoothingHelp[value],
        }))}
        onChange={(value) => set({ smoothing: smoothings.find((each) => `${each}` === value) ?? smoothing })}
      />
      <Switch
        label={text.outlines}
        help={text.outlinesHelp}
        checked={outlines}
        onChange={(on) => labeling.setState({ outlines: on })}
      />
      <Making labeling={labeling} />
    </Popover>
  )
}

function Compactness({ value, onChange }: { readonly value: number; onChange(value: number): void }) {
  const id = useId()
  const step = compactnessSteps.indexOf(value)
  return (
    <div className={styles.shape}>
      <label htmlFor={id}>{text.compactness}</label>
      <input
        id={id}
        type="range"
        min={0}
        max={compactnessSteps.length - 1}
        step={1}
        value={step}
        aria-valuetext={text.compactnessValue(step)}
        onChange={(event) => onChange(compactnessSteps[Number(event.target.value)] ?? value)}
      />
      <p aria-hidden>
        <span>{text.edges}</span>
        <span>{text.round}</span>
      </p>
    </div>
  )
}

function Making({ labeling }: { readonly labeling: LabelingStore }) {
  const rebuilding = useStore(labeling, (state) => state.rebuilding)
  const percent = Math.round((rebuilding ?? 0) * 100)
  return (
    <div>
      <p className={styles.stay}>{text.labelsStay}</p>
      <div role="status" className={styles.making}>
        {rebuilding !== null && (
          <>
            <p className={styles.stay}>{text.makingCells(percent)}</p>
            <Progress label={text.makingCells(percent)} value={percent} total={100} />
          </>
        )}
      </div>
    </div>
  )
}
