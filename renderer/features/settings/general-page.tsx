import { useStore } from 'zustand'
import { largestSmallest } from '../../stores/checks.ts'
import { useStores } from '../../stores/stores.ts'
import { themes } from '../../stores/theme.ts'
import { Field, TextInput } from '../../ui/field.tsx'
import { Radios } from '../../ui/radios.tsx'
import { Switch } from '../../ui/switch.tsx'
import { text } from './text.ts'

/** Appearance takes effect at once; the author is saved with the dialog. */
export function GeneralPage({
  author,
  onAuthor,
}: {
  readonly author: string
  onAuthor(author: string): void
}) {
  const { theme, checks } = useStores()
  const { onMark, smallest } = useStore(checks)
  const currentTheme = useStore(theme)
  return (
    <>
      <Field label={text.author} help={text.authorHelp}>
        <TextInput
          value={author}
          maxLength={200}
          autoComplete="name"
          onChange={(event) => onAuthor(event.target.value)}
        />
      </Field>
      <Radios
        label={text.theme}
        value={currentTheme}
        options={themes.map((value) => ({ value, label: text.themes[value] }))}
        onChange={(value) => theme.set(value)}
      />
      <Switch
        label={text.checks}
        help={text.checksHelp}
        checked={onMark}
        onChange={(checked) => checks.setState({ onMark: checked })}
      />
      <Field label={text.smallest} help={text.smallestHelp}>
        <TextInput
          type="number"
          min={1}
          max={largestSmallest}
          step={1}
          defaultValue={smallest}
          onChange={({ target }) => {
            const value = target.valueAsNumber
            if (Number.isInteger(value) && value >= 1 && value <= largestSmallest)
              checks.setState({ smallest: value })
          }}
        />
      </Field>
    </>
  )
}
