import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { quietly } from '../file-ops.ts'

export type ReopeningDatabase = {
  /** Stands for the connection of the moment. Statements that were prepared before it was replaced go on with the new one. */
  readonly db: DatabaseSync
  /** Closes the connection and opens another. Throws what opening throws; the next use of `db` tries again then. */
  reopen(): void
}

/**
 * A connection that can be replaced under everybody who holds it or a statement of it: after a commit that the disk did
 * not confirm, only a new connection sees what is really there. `connect` is called at once, and for each new one.
 */
export function createReopeningDatabase(connect: () => DatabaseSync): ReopeningDatabase {
  let connection = connect()

  function current(): DatabaseSync {
    if (!connection.isOpen && !isClosed) connection = connect()
    return connection
  }
  let isClosed = false

  function prepare(sql: string): StatementSync {
    let of = current()
    let statement = of.prepare(sql)
    return standIn<StatementSync>(() => {
      if (of !== current()) {
        of = connection
        statement = of.prepare(sql)
      }
      return statement
    })
  }

  function close(): void {
    isClosed = true
    connection.close()
  }

  return {
    db: standIn(current, { prepare, close }),
    reopen() {
      // A connection that failed may say so once more when it is closed; it is gone all the same.
      quietly(() => connection.close())
      connection = connect()
    },
  }
}

/** Passes everything but `own` on to what `target` gives at that moment. */
function standIn<T extends object>(target: () => T, own: Partial<T> = {}): T {
  return new Proxy({} as T, {
    get(_, name) {
      if (Object.hasOwn(own, name)) return own[name as keyof T]
      const real = target()
      const value: unknown = Reflect.get(real, name, real)
      return typeof value === 'function' ? value.bind(real) : value
    },
  })
}
