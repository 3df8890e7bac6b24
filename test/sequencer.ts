import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Folders whose files take longest: they wait for browsers, servers and killed processes. */
const slowFirst = ['test/interop/', 'test/faults/', 'test/e2e/']

/** Long files begin first, so that none of them runs alone at the end while the other core idles. */
export class LongFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = slowFirst.findIndex((folder) => moduleId.includes(folder))
      return at < 0 ? slowFirst.length : at
    }
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b))
  }
}
