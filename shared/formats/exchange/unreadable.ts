/** Why something cannot be read, as a sentence for the person. Readers turn it into a problem of its file. */
export class Unreadable extends Error {}
