/**
 * Whoever reads the lines of standard output has closed it (`| head -1`): there is nothing left to
 * do, and nothing is wrong.
 */
export class ReaderGone extends Error {}
