import type { ComponentProps, ReactNode } from 'react'
import { isEnabled } from '../commands/command.ts'
import { ariaKeys, isMacPlatform, type KeyChord } from '../commands/key-chord.ts'
import { useCommand } from '../commands/use-commands.ts'
import styles from './button.module.css'
import { Button, type ButtonProps } from './button.tsx'
import { classNames } from './class-names.ts'
import { Tooltip, type TooltipProps } from './tooltip.tsx'

export type IconButtonProps = Omit<ComponentProps<'button'>, 'aria-label' | 'aria-pressed'> & {
  /** Its accessible name and the tooltip's title. */
  readonly label: string
  readonly icon: ReactNode
  readonly help?: string | undefined
  readonly keys?: KeyChord | undefined
  /** For buttons that stay down. */
  readonly pressed?: boolean | undefined
  readonly side?: TooltipProps['side']
}

/** A button of one icon; its tooltip shows name, key and one line of help. */
export function IconButton({ label, icon, help, keys, pressed, side, className, ...rest }: IconButtonProps) {
  return (
    <Tooltip name={label} keys={keys} help={help} {...(side && { side })}>
      <button
        type="button"
        {...rest}
        aria-label={label}
        aria-pressed={pressed}
        aria-keyshortcuts={keys && ariaKeys(keys, isMacPlatform())}
        className={classNames(styles.button, styles.quiet, styles.icon, className)}
      >
        {icon}
      </button>
    </Tooltip>
  )
}

/** An icon button made from a registered command: its name, key, help and whether it can be pressed. */
export function CommandButton({
  id,
  ...rest
}: { readonly id: string } & Omit<IconButtonProps, 'label' | 'help' | 'keys' | 'onClick'>) {
  const command = useCommand(id)
  if (!command) return null
  return (
    <IconButton
      {...rest}
      label={command.title}
      help={command.help}
      keys={command.keys?.[0]}
      disabled={!isEnabled(command)}
      onClick={() => command.run?.()}
    />
  )
}

/** A button with words made from a registered command. `children` replace the command's title. */
export function CommandTextButton({
  id,
  children,
  ...rest
}: { readonly id: string } & Omit<ButtonProps, 'onClick' | 'disabled'>) {
  const command = useCommand(id)
  if (!command) return null
  return (
    <Tooltip name={command.title} keys={command.keys?.[0]} help={command.help}>
      <Button {...rest} disabled={!isEnabled(command)} onClick={() => command.run?.()}>
        {children ?? command.title}
      </Button>
    </Tooltip>
  )
}
