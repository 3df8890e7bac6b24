import { type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react'

const stopsOf = (box: HTMLElement) => [...box.querySelectorAll<HTMLButtonElement>('button:not(:disabled)')]

/**
 * Many buttons as one stop of Tab: arrows, Home and End go from one to the next. Where the pointer put the focus, arrows
 * stay what they are on the screen.
 */
export function Roving(props: {
  readonly role: 'toolbar' | 'group'
  readonly label: string
  readonly orientation: 'vertical' | 'horizontal'
  readonly className?: string | undefined
  readonly children: ReactNode
}) {
  const { role, label, orientation, className, children } = props
  const root = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const box = root.current!
    let current: HTMLButtonElement | null = null
    const settle = () => {
      const stops = stopsOf(box)
      const known = current && stops.includes(current) ? current : null
      // What is on is where one comes back to; else where one left off.
      const on = box.contains(document.activeElement)
        ? null
        : stops.find((stop) => stop.getAttribute('aria-pressed') === 'true')
      current = on ?? known ?? stops[0] ?? null
      for (const stop of stops) stop.tabIndex = stop === current ? 0 : -1
    }
    settle()
    const observer = new MutationObserver(settle)
    observer.observe(box, {
      childList: true,
      subtree: true,
      attributes: true,
      attributeFilter: ['disabled', 'aria-pressed'],
    })
    const onFocus = ({ target }: FocusEvent) => {
      const stop = target instanceof Element ? target.closest('button') : null
      if (stop && box.contains(stop)) current = stop
      settle()
    }
    const onBlur = ({ relatedTarget }: FocusEvent) => {
      if (!(relatedTarget instanceof Node && box.contains(relatedTarget))) settle()
    }
    box.addEventListener('focusin', onFocus)
    box.addEventListener('focusout', onBlur)
    return () => {
      observer.disconnect()
      box.removeEventListener('focusin', onFocus)
      box.removeEventListener('focusout', onBlur)
    }
  }, [])

  const [back, on] = orientation === 'vertical' ? ['ArrowUp', 'ArrowDown'] : ['ArrowLeft', 'ArrowRight']
  function onKeyDown(event: KeyboardEvent<HTMLDivElement>) {
    const from = event.target
    if (!(from instanceof HTMLButtonElement) || !from.matches(':focus-visible')) return
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
    const stops = stopsOf(event.currentTarget)
    const at = stops.indexOf(from)
    const to = { [back!]: at - 1, [on!]: at + 1, Home: 0, End: stops.length - 1 }[event.key]
    if (at < 0 || to === undefined) return
    // At either end too: the same key must not do something else there.
    event.preventDefault()
    stops[to]?.focus()
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: its role is one of two
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: both take a name
    <div
      ref={root}
      role={role}
      aria-label={label}
      {...(role === 'toolbar' && { 'aria-orientation': orientation })}
      className={className}
      onKeyDown={onKeyDown}
    >
      {children}
    </div>
  )
}
