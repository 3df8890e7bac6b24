import { spawn } from 'node:child_process'

type Surroundings = {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly platform: NodeJS.Platform
}

/** Whether windows can be shown here at all. */
export function hasDisplay({ environment, platform }: Surroundings): boolean {
  return platform !== 'linux' || Boolean(environment.DISPLAY || environment.WAYLAND_DISPLAY)
}

/** The program that opens an address in the browser of the person's choice, with its arguments. Never a shell. */
export function browserCommand(address: string, platform: NodeJS.Platform): readonly [string, ...string[]] {
  switch (platform) {
    case 'darwin':
      return ['/usr/bin/open', address]
    case 'win32':
      return ['rundll32.exe', 'url.dll,FileProtocolHandler', address]
    default:
      return ['xdg-open', address]
  }
}

/** Tries to open `address`, which is one of ours. Resolves with whether a program took it. */
export function openInBrowser(
  address: string,
  platform: NodeJS.Platform = process.platform,
): Promise<boolean> {
  const [program, ...args] = browserCommand(address, platform)
  return new Promise((resolve) => {
    // On its own, so that Ctrl-C in the terminal does not close the person's browser.
    const child = spawn(program, args, { stdio: 'ignore', detached: true })
    child.once('error', () => resolve(false))
    child.once('spawn', () => {
      child.unref()
      resolve(true)
    })
  })
}
