"""llama.cpp's C interface, as far as the measurement needs it, through ctypes.

The structures follow include/llama.h of the release that package.json pins (v0.5.0, in its prebuilt libraries'
names); they are passed by value, so another release may lay them out differently. load() checks known defaults.
"""

import ctypes
from ctypes import POINTER, Structure, c_bool, c_char_p, c_float, c_int, c_int32, c_size_t, c_uint32, c_void_p
from pathlib import Path

LOG_WARNING = 3
FLASH_ATTENTION_ON = 1


class ModelParameters(Structure):
    _fields_ = [
        ('devices', c_void_p), ('tensor_buft_overrides', c_void_p), ('n_gpu_layers', c_int32), ('split_mode', c_int),
        ('load_mode', c_int), ('lazy_mode', c_int), ('main_gpu', c_int32), ('tensor_split', c_void_p),
        ('progress_callback', c_void_p), ('progress_callback_user_data', c_void_p), ('kv_overrides', c_void_p),
        ('vocab_only', c_bool), ('check_tensors', c_bool), ('use_extra_bufts', c_bool), ('no_host', c_bool),
        ('no_alloc', c_bool), ('load_mtp', c_bool),
    ]


class QuantizeParameters(Structure):
    _fields_ = [
        ('n_threads', c_int32), ('file_type', c_int), ('output_type', c_int), ('embedding_type', c_int),
        ('allow_requantize', c_bool), ('quantize_output', c_bool), ('only_copy', c_bool), ('pure', c_bool),
        ('keep_split', c_bool), ('dry_run', c_bool),
        ('imatrix', c_void_p), ('kv_overrides', c_void_p), ('tensor_types', c_void_p), ('prune_layers', c_void_p),
        # What two more numbers mean is not asked here.
        ('more', c_int32 * 2),
    ]


class SequenceSampler(Structure):
    _fields_ = [('seq_id', c_int32), ('sampler', c_void_p)]


class ContextParameters(Structure):
    _fields_ = [
        ('n_ctx', c_uint32), ('n_batch', c_uint32), ('n_ubatch', c_uint32), ('n_seq_max', c_uint32),
        ('n_rs_seq', c_uint32), ('n_outputs_max', c_uint32), ('n_outputs_max_per_seq', c_uint32),
        ('n_threads', c_int32), ('n_threads_batch', c_int32),
        ('ctx_type', c_int), ('rope_scaling_type', c_int), ('pooling_type', c_int), ('attention_type', c_int),
        ('flash_attn_type', c_int),
        ('rope_freq_base', c_float), ('rope_freq_scale', c_float), ('yarn_ext_factor', c_float),
        ('yarn_attn_factor', c_float), ('yarn_beta_fast', c_float), ('yarn_beta_slow', c_float),
        ('yarn_orig_ctx', c_uint32), ('defrag_thold', c_float),
        ('cb_eval', c_void_p), ('cb_eval_user_data', c_void_p), ('type_k', c_int), ('type_v', c_int),
        ('abort_callback', c_void_p), ('abort_callback_data', c_void_p),
        ('embeddings', c_bool), ('offload_kqv', c_bool), ('no_perf', c_bool), ('op_offload', c_bool),
        ('swa_full', c_bool), ('kv_unified', c_bool),
        ('samplers', POINTER(SequenceSampler)), ('n_samplers', c_size_t), ('ctx_other', c_void_p),
    ]


class SamplerChainParameters(Structure):
    _fields_ = [('no_perf', c_bool)]


class Batch(Structure):
    _fields_ = [
        ('n_tokens', c_int32), ('token', POINTER(c_int32)), ('embd', c_void_p), ('pos', POINTER(c_int32)),
        ('n_seq_id', POINTER(c_int32)), ('seq_id', POINTER(POINTER(c_int32))), ('logits', POINTER(ctypes.c_int8)),
    ]


LogCallback = ctypes.CFUNCTYPE(None, c_int, c_char_p, c_void_p)

# name: result, arguments
INTERFACE = {
    'llama_backend_init': (None, []),
    'llama_log_set': (None, [LogCallback, c_void_p]),
    'llama_model_default_params': (ModelParameters, []),
    'llama_context_default_params': (ContextParameters, []),
    'llama_model_load_from_file': (c_void_p, [c_char_p, ModelParameters]),
    'llama_model_free': (None, [c_void_p]),
    'llama_model_get_vocab': (c_void_p, [c_void_p]),
    'llama_vocab_n_tokens': (c_int32, [c_void_p]),
    'llama_model_quantize_default_params': (QuantizeParameters, []),
    'llama_model_quantize': (c_uint32, [c_char_p, c_char_p, POINTER(QuantizeParameters)]),
    'llama_tokenize': (c_int32, [c_void_p, c_char_p, c_int32, POINTER(c_int32), c_int32, c_bool, c_bool]),
    'llama_init_from_model': (c_void_p, [c_void_p, ContextParameters]),
    'llama_free': (None, [c_void_p]),
    'llama_get_memory': (c_void_p, [c_void_p]),
    'llama_memory_clear': (None, [c_void_p, c_bool]),
    'llama_memory_seq_rm': (c_bool, [c_void_p, c_int32, c_int32, c_int32]),
    'llama_memory_seq_cp': (None, [c_void_p, c_int32, c_int32, c_int32, c_int32]),
    'llama_decode': (c_int32, [c_void_p, Batch]),
    'llama_synchronize': (None, [c_void_p]),
    'llama_get_logits_ith': (POINTER(c_float), [c_void_p, c_int32]),
    'llama_get_sampled_token_ith': (c_int32, [c_void_p, c_int32]),
    'llama_sampler_chain_init': (c_void_p, [SamplerChainParameters]),
    'llama_sampler_chain_add': (None, [c_void_p, c_void_p]),
    'llama_sampler_init_greedy': (c_void_p, []),
    'llama_sampler_free': (None, [c_void_p]),
}

# ggml's device interface: which devices there are.
DEVICES = {
    'ggml_backend_load_all_from_path': (None, [c_char_p]),
    'ggml_backend_dev_count': (c_size_t, []),
    'ggml_backend_dev_get': (c_void_p, [c_size_t]),
    'ggml_backend_dev_name': (c_char_p, [c_void_p]),
    'ggml_backend_dev_description': (c_char_p, [c_void_p]),
}


class Library:
    """The functions above as attributes, the devices' names, and what the library said."""

    def __init__(self, folder, note):
        folder = Path(folder).resolve()
        base = ctypes.CDLL(str(folder / 'libggml-base.so'), ctypes.RTLD_GLOBAL)
        loader = ctypes.CDLL(str(next(folder.glob('libggml.*so'))), ctypes.RTLD_GLOBAL)
        self.path = next(folder.glob('libllama.*so'))
        llama = ctypes.CDLL(str(self.path))
        for library, functions in ((llama, INTERFACE), (loader, DEVICES)):
            for name, (result, arguments) in functions.items():
                try:
                    function = getattr(library, name)
                except AttributeError:
                    function = getattr(base, name)
                function.restype, function.argtypes = result, arguments
                setattr(self, name, function)
        self.said = []

        def heard(level, line, _):
            text = line.decode(errors='replace').strip()
            self.said.append(text)
            # Level 5 continues a line.
            if LOG_WARNING <= level < 5:
                note(f'llama.cpp: {text}')

        self._heard = LogCallback(heard)  # kept: the library calls it for as long as it lives
        self.llama_log_set(self._heard, None)
        self.ggml_backend_load_all_from_path(str(folder).encode())
        self.llama_backend_init()
        self._check_layout()
        found = [self.ggml_backend_dev_get(index) for index in range(self.ggml_backend_dev_count())]
        self.devices = [f'{self.ggml_backend_dev_name(one).decode()}: '
                        f'{self.ggml_backend_dev_description(one).decode()}' for one in found]

    def _check_layout(self):
        context, model = self.llama_context_default_params(), self.llama_model_default_params()
        quantize = self.llama_model_quantize_default_params()
        seen = (context.n_ctx, context.n_batch, context.n_ubatch, context.n_seq_max, context.flash_attn_type,
                context.type_k, context.type_v, context.offload_kqv, context.op_offload, context.kv_unified,
                context.n_samplers, model.n_gpu_layers, model.use_extra_bufts, model.check_tensors,
                quantize.file_type, quantize.quantize_output, quantize.pure, quantize.imatrix, quantize.prune_layers)
        wanted = (512, 2048, 512, 1, -1, 1, 1, True, True, False, 0, -1, True, False, 7, True, False, None, None)
        if seen != wanted:
            raise SystemExit(f'{self.path.name}: structures laid out differently: {seen}, not {wanted}')
