"""A GGUF file in llama.cpp on the processor: its logits, its tokens, and what its quantiser makes of it."""

import ctypes

from llama_decode import Tokens

# llama_ftype, by what it makes of matrices. Without "pure" the last is a mixture of Q4_K and Q6_K.
FILE_TYPES = {
    'F32': 0, 'F16': 1, 'BF16': 32, 'Q4_0': 2, 'Q4_1': 3, 'Q5_0': 8, 'Q5_1': 9, 'Q8_0': 7,
    'Q4_K': 14, 'Q5_K': 16, 'Q6_K': 18, 'IQ4_NL': 25, 'Q4_K_M': 15,
}
MIXTURES = ['Q4_K_M']


def quantize(llama, source, target, kind):
    """Writes the file with every matrix of this type; from blocks, too."""
    parameters = llama.llama_model_quantize_default_params()
    parameters.n_threads, parameters.file_type = 1, FILE_TYPES[kind]
    parameters.allow_requantize, parameters.pure = True, kind not in MIXTURES
    if llama.llama_model_quantize(str(source).encode(), str(target).encode(), ctypes.byref(parameters)) != 0:
        raise SystemExit(f'{target}: ' + '\n'.join(llama.said[-8:]))


class Model:
    """A model and a context of one sequence. Exact: keys and values f32, no flash attention, weights not repacked;
    else as llama.cpp has it by default. What multiplies blocks makes activations integer either way."""

    def __init__(self, llama, path, exact):
        self.llama = llama
        parameters = llama.llama_model_default_params()
        parameters.n_gpu_layers = 0
        if exact:
            parameters.use_extra_bufts = False
        self.model = llama.llama_model_load_from_file(str(path).encode(), parameters)
        if not self.model:
            raise SystemExit(f'{path}: ' + '\n'.join(llama.said[-8:]))
        settings = llama.llama_context_default_params()
        # The model's own context.
        settings.n_ctx, settings.n_threads, settings.n_threads_batch = 0, 1, 1
        if exact:
            settings.type_k = settings.type_v = 0
            settings.flash_attn_type = 0
        self.context = llama.llama_init_from_model(self.model, settings)
        self.vocabulary = llama.llama_vocab_n_tokens(llama.llama_model_get_vocab(self.model))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.llama.llama_free(self.context)
        self.llama.llama_model_free(self.model)

    def logits(self, tokens, wanted):
        """Rows of V logits after these positions, by a pass of their own."""
        self.llama.llama_memory_clear(self.llama.llama_get_memory(self.context), True)
        count, chosen = len(tokens), set(wanted)
        batch = Tokens(tokens, range(count), [0] * count, [index in chosen for index in range(count)])
        if self.llama.llama_decode(self.context, batch.batch) != 0:
            raise SystemExit('llama_decode failed: ' + '\n'.join(self.llama.said[-8:]))
        return [self.llama.llama_get_logits_ith(self.context, position)[:self.vocabulary] for position in wanted]

    def tokens(self, text):
        """The ids of a text in which special tokens are recognised."""
        raw = text.encode()
        ids = (ctypes.c_int32 * (len(raw) + 1))()
        vocabulary = self.llama.llama_model_get_vocab(self.model)
        count = self.llama.llama_tokenize(vocabulary, raw, len(raw), ids, len(ids), True, True)
        return list(ids[:count])
