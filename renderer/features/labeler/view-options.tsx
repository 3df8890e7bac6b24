import View from 'lucide-react/icons/view'
import { useState } from 'react'
import { useStore } from 'zustand'
import { aidNames, keptNames, labelModes, type ViewingStore } from '../../stores/viewing.ts'
import { CommandTextButton, IconButton } from '../../ui/icon-button.tsx'
import { Popover } from '../../ui/popover.tsx'
import { Radios } from '../../ui/radios.tsx'
import { Switch } from '../../ui/switch.tsx'
import { switchAid, switchKept } from './picture-commands.ts'
import styles from './view.module.css'
import { viewText as text } from './view-text.ts'

/** What is shown, and how: every choice is a command too. */
export function ViewOptions({ viewing }: { readonly viewing: ViewingStore }) {
  const [open, setOpen] = useState(false)
  const mode = useStore(viewing, (state) => state.mode)
  const aids = useStore(viewing, (state) => state.aids)
  const keeps = useStore(viewing, (state) => state.keeps)
  return (
    <Popover
      title={text.view}
      side="bottom"
      open={open}
      onOpenChange={setOpen}
      trigger={<IconButton label={text.view} help={text.viewHelp} icon={<View size={16} />} />}
    >
      <Radios
        label={text.drawn}
        value={mode}
        options={labelModes.map((value) => ({ value, label: text.modes[value] }))}
        onChange={(chosen) => viewing.setState({ mode: chosen })}
      />
      <div className={styles.commands}>
        {['hide', 'solo', 'hideCategory', 'imageOnly', 'labelsOnly', 'showAll'].map((id) => (
          <CommandTextButton key={id} id={`canvas.${id}`} kind="quiet" />
        ))}
      </div>
      {aidNames.map((name) => (
        <Switch
          key={name}
          label={text.aids[name]}
          {...(text.aidHelp[name] && { help: text.aidHelp[name] })}
          checked={aids[name]}
          onChange={() => switchAid(viewing, name)}
        />
      ))}
      <p className={styles.heading}>{text.keepTitle}</p>
      {keptNames.map((name) => (
        <Switch
          key={name}
          label={text.keeps[name]}
          checked={keeps[name]}
          onChange={() => switchKept(viewing, name)}
        />
      ))}
    </Popover>
  )
}
