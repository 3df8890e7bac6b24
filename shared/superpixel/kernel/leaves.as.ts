/** Adds to `counts` how many runs within rows each region has. */
export function countRuns(label: usize, width: i32, rows: i32, counts: usize): void {
  for (let y = 0; y < rows; y++) {
    let left: u32 = 0xffffffff
    for (const end = label + ((<usize>width) << 2); label < end; label += 4) {
      const here = load<u32>(label)
      const at = counts + ((<usize>here) << 2)
      store<u32>(at, load<u32>(at) + <u32>(here !== left))
      left = here
    }
  }
}

/** Where each leaf's runs begin: counts per region to starts per leaf. `starts`: a word per leaf and one. */
export function startsOfRuns(counts: usize, number: usize, leafCount: i32, starts: usize): u32 {
  for (let i: usize = 0, end = (<usize>leafCount) << 2; i < end; i += 4) {
    store<u32>(starts + ((<usize>load<u32>(number + i)) << 2), load<u32>(counts + i))
  }
  let sum: u32 = 0
  for (let i = 0; i < leafCount; i++) {
    const at = starts + ((<usize>i) << 2)
    const runs = load<u32>(at)
    store<u32>(at, sum)
    sum += runs
  }
  store<u32>(starts + ((<usize>leafCount) << 2), sum)
  return sum
}

/**
 * Regions to leaves, in place, and the runs of each leaf. `number`: leaf per region. `next`: where each leaf's next run
 * goes; moved on. `firstPixel`: index of the first pixel in the image.
 */
export function paintLeaves(
  label: usize,
  width: i32,
  rows: i32,
  firstPixel: u32,
  number: usize,
  next: usize,
  runs: usize,
): void {
  let p = firstPixel
  for (let y = 0; y < rows; y++) {
    const end = label + ((<usize>width) << 2)
    while (label < end) {
      const region = load<u32>(label)
      const leaf = load<u32>(number + ((<usize>region) << 2))
      let length: u32 = 0
      do {
        store<u32>(label, leaf)
        label += 4
        length++
      } while (label < end && load<u32>(label) === region)
      const at = next + ((<usize>leaf) << 2)
      const run = load<u32>(at)
      store<u32>(at, run + 1)
      store<u64>(runs + ((<usize>run) << 3), ((<u64>length) << 32) | p)
      p += length
    }
  }
}
