/** How much is done: enough to notice a break, enough to trust, or enough to quote. */
export type Scale = 'quick' | 'normal' | 'full';
