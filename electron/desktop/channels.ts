/** Names of the two IPC channels between the window and the host; nothing else crosses. */
export const toHostChannel = 'tessera:to-host'
export const fromHostChannel = 'tessera:from-host'
