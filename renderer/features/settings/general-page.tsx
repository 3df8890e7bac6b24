import { useStore } from 'zustand'
import { useStores } from '../../stores/stores.ts'
import { themes } from '../../stores/theme.ts'
import { Field, TextInput } from '../../ui/field.tsx'
import { Radios } from '../../ui/radios.tsx'
import { text } from './text.ts'

/** Appearance takes effect at once; the author is saved with the dialog. */
export function GeneralPage({
  author,
  onAuthor,
}: {
  readonly author: string
  onAuthor(author: string): void
}) {
  const { theme } = useStores()
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
    </>
  )
}
