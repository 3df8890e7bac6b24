import Contrast from 'lucide-react/icons/contrast'
import { useId } from 'react'
import { useStore } from 'zustand'
import { type AdjustmentName, adjustmentRanges } from '../../../shared/image/adjustments.ts'
import { useCommand } from '../../commands/use-commands.ts'
import type { ViewingStore } from '../../stores/viewing.ts'
import { CommandTextButton, IconButton } from '../../ui/icon-button.tsx'
import { Popover } from '../../ui/popover.tsx'
import { Select } from '../../ui/select.tsx'
import { Switch } from '../../ui/switch.tsx'
import { DepthWindowFields } from './depth-window.tsx'
import { adjustmentNames, channelsOf } from './picture-commands.ts'
import styles from './view.module.css'
import { adjustmentText, viewText as text } from './view-text.ts'

/** Brightness and the like, for the eye only. */
export function ImageAdjustments({ viewing }: { readonly viewing: ViewingStore }) {
  const open = useStore(viewing, (state) => state.adjusting)
  const adjustments = useStore(viewing, (state) => state.adjustments)
  const hasAlpha = useStore(viewing, (state) => state.hasAlpha)
  const command = useCommand('canvas.adjust')
  const change = (changed: Partial<typeof adjustments>) =>
    viewing.setState({ adjustments: { ...viewing.getState().adjustments, ...changed } })
  return (
    <Popover
      title={text.adjustments}
      side="bottom"
      open={open}
      onOpenChange={(adjusting) => viewing.setState({ adjusting })}
      trigger={
        <IconButton
          label={text.adjustments}
          help={text.adjustmentsHelp}
          keys={command?.keys?.[0]}
          icon={<Contrast size={16} />}
        />
      }
    >
      <DepthWindowFields viewing={viewing} />
      <div className={styles.sliders}>
        {adjustmentNames.map((name) => (
          <Slider
            key={name}
            name={name}
            value={adjustments[name]}
            onChange={(value) => change({ [name]: value })}
          />
        ))}
      </div>
      <Select
        label={text.channel}
        value={adjustments.channel}
        options={channelsOf(hasAlpha || adjustments.channel === 'alpha').map((value) => ({
          value,
          label: text.channels[value],
        }))}
        onChange={(channel) => change({ channel })}
      />
      <Switch
        label={text.equalise}
        help={text.equaliseHelp}
        checked={adjustments.equalise}
        onChange={(equalise) => change({ equalise })}
      />
      <p className={styles.note}>{text.adjustmentsHelp}</p>
      <CommandTextButton id="canvas.adjust.reset">{text.resetShort}</CommandTextButton>
    </Popover>
  )
}

function Slider(props: {
  readonly name: AdjustmentName
  readonly value: number
  onChange(value: number): void
}) {
  const { name, value, onChange } = props
  const id = useId()
  const { least, most, step } = adjustmentRanges[name]
  const said = adjustmentText(name, value)
  return (
    <>
      <label htmlFor={id}>{text.adjustment[name]}</label>
      <input
        id={id}
        type="range"
        min={least}
        max={most}
        step={step}
        value={value}
        aria-valuetext={said}
        onChange={(event) => onChange(Number(event.target.value))}
      />
      <output htmlFor={id}>{said}</output>
    </>
  )
}
