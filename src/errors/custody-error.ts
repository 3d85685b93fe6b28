import { OperatorError } from './operator-error';

/**
 * Whoever has the private keys failed, and may work again later: a caller hears 503, and a start or a rotation ends with
 * the message. That goes to the log, too: never a secret.
 */
export class CustodyError extends OperatorError {}
