import { ontologyFileText } from '../../../shared/formats/ontology-file.ts'
import { ontologyOf, presets } from '../../../shared/label/presets/preset.ts'
import type { OpenDialog } from '../../stores/dialogs.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { Menu, MenuItem } from '../../ui/menu.tsx'
import { text } from './text.ts'

/** The presets; choosing one shows what it would bring. */
export function StartFrom({ back }: { readonly back?: OpenDialog }) {
  const { dialogs } = useStores()
  return (
    <Menu trigger={<Button>{text.startFrom}</Button>}>
      {presets.map((preset) => (
        <MenuItem
          key={preset.id}
          onSelect={() =>
            dialogs.show({
              kind: 'ontology',
              title: preset.title,
              text: ontologyFileText(ontologyOf(preset)),
              ...(back && { back }),
            })
          }
        >
          {preset.title} ({preset.categories.length})
        </MenuItem>
      ))}
    </Menu>
  )
}
