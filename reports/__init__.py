"""Mirror in, packets out: facts, judgement, packet, words, delivery."""
