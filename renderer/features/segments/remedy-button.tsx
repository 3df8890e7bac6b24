import type { ErrorInfo } from '../../../shared/base/app-error.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { remedyFor } from '../../ui/remedy.ts'

/** Leads to where in the settings it is mended, when it is. */
export function RemedyButton({ error }: { readonly error: ErrorInfo }) {
  const { dialogs } = useStores()
  const remedy = remedyFor(error.code, 'segments')
  if (!remedy) return null
  return <Button onClick={() => dialogs.show({ kind: 'settings', page: remedy.page })}>{remedy.label}</Button>
}
