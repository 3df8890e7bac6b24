import Package from 'lucide-react/icons/package'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { HostOutput } from '../../../shared/host/host-api.ts'
import { useCommands } from '../../commands/use-commands.ts'
import { useHost, useLink } from '../../host/use-host.ts'
import { createRefresh } from '../../stores/refresh.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { carriedCommands } from './carried-commands.ts'
import { CarriedDialog } from './carried-dialog.tsx'
import { text } from './text.ts'

export type CarriedList = HostOutput<'carried.list'>

/** Says how many samples are kept that cannot be shown, and opens their list; nothing where there are none. */
export function CarriedLine() {
  const host = useHost()
  const { notices } = useStores()
  const isReady = useLink().kind === 'ready'
  const [found, setFound] = useState<CarriedList | null>(null)
  const [open, setOpen] = useState(false)
  useEffect(() => {
    if (!isReady) return
    const read = async () => {
      try {
        setFound(await host.call('carried.list', {}))
      } catch (error) {
        notices.report('carried.list', error)
      }
    }
    const refresh = createRefresh(read)
    void refresh.now()
    return host.on((event) => {
      if (event.type === 'samples.changed') refresh.soon()
    })
  }, [host, notices, isReady])
  const count = found?.list.length ?? 0
  const trashed = found?.trashed ?? 0
  const hasAny = count + trashed > 0
  const any = useRef(hasAny)
  any.current = hasAny
  // biome-ignore lint/correctness/useExhaustiveDependencies: whether it can be run is told anew when there are some
  const commands = useMemo(
    () => carriedCommands({ hasAny: () => any.current, show: () => setOpen(true) }),
    [hasAny],
  )
  useCommands('grid', commands)
  if (!found || !hasAny) return null
  return (
    <>
      <Button onClick={() => setOpen(true)} title={text.showHelp}>
        <Package size={15} aria-hidden /> {count > 0 ? text.line(count) : text.onlyTrash(trashed)}
      </Button>
      {open && <CarriedDialog kept={found} onClose={() => setOpen(false)} />}
    </>
  )
}
