#include "image.hpp"

#include <openjpeg.h>

#include <cstring>
#include <memory>

namespace {

/// A codestream in memory, as OpenJPEG's callbacks read it.
struct Source {
    const uint8_t *bytes;
    size_t size, at;
};

OPJ_SIZE_T read_some(void *to, OPJ_SIZE_T wanted, void *user) {
    auto *source = static_cast<Source *>(user);
    const size_t left = source->size - source->at;
    if (left == 0) return OPJ_SIZE_T(-1);
    const size_t count = wanted < left ? wanted : left;
    std::memcpy(to, source->bytes + source->at, count);
    source->at += count;
    return count;
}

OPJ_OFF_T skip_some(OPJ_OFF_T count, void *user) {
    auto *source = static_cast<Source *>(user);
    if (count < 0 || size_t(count) > source->size - source->at) return -1;
    source->at += size_t(count);
    return count;
}

OPJ_BOOL seek_to(OPJ_OFF_T position, void *user) {
    auto *source = static_cast<Source *>(user);
    if (position < 0 || size_t(position) > source->size) return OPJ_FALSE;
    source->at = size_t(position);
    return OPJ_TRUE;
}

struct StreamEnd {
    void operator()(opj_stream_t *it) const { opj_stream_destroy(it); }
};
struct CodecEnd {
    void operator()(opj_codec_t *it) const { opj_destroy_codec(it); }
};
struct ImageEnd {
    void operator()(opj_image_t *it) const { opj_image_destroy(it); }
};

}  // namespace

cd_status cd::decode_jpeg2000(
    const std::vector<uint8_t> &code, const PixelLayout &layout, uint16_t *stored, char *message) {
    Source source{code.data(), code.size(), 0};
    std::unique_ptr<opj_stream_t, StreamEnd> stream(opj_stream_create(1 << 16, OPJ_TRUE));
    const bool is_boxed = code.size() > 12 && std::memcmp(code.data(), "\0\0\0\x0cjP  ", 8) == 0;
    std::unique_ptr<opj_codec_t, CodecEnd> codec(opj_create_decompress(is_boxed ? OPJ_CODEC_JP2 : OPJ_CODEC_J2K));
    if (!stream || !codec) return fail(message, CD_NO_MEMORY, "memory ran out");
    opj_stream_set_user_data(stream.get(), &source, nullptr);
    opj_stream_set_user_data_length(stream.get(), code.size());
    opj_stream_set_read_function(stream.get(), read_some);
    opj_stream_set_skip_function(stream.get(), skip_some);
    opj_stream_set_seek_function(stream.get(), seek_to);
    opj_dparameters_t parameters;
    opj_set_default_decoder_parameters(&parameters);
    opj_image_t *raw = nullptr;
    const bool has_header = opj_setup_decoder(codec.get(), &parameters)
        && opj_decoder_set_strict_mode(codec.get(), OPJ_TRUE) && opj_read_header(stream.get(), codec.get(), &raw);
    std::unique_ptr<opj_image_t, ImageEnd> image(raw);
    if (!has_header || !image) return fail(message, CD_DAMAGED, "its JPEG 2000 header is broken");
    // Checked before decoding, which is what allocates.
    if (image->numcomps != 1 || image->x1 - image->x0 != layout.columns || image->y1 - image->y0 != layout.rows) {
        return fail(message, CD_DAMAGED, "its JPEG 2000 image has not Rows x Columns");
    }
    const OPJ_UINT32 precision = image->comps[0].prec;
    if (precision < 1 || precision > 16) return fail(message, CD_UNSUPPORTED, "its JPEG 2000 image has over 16 bits");
    if (!opj_decode(codec.get(), stream.get(), image.get()) || !opj_end_decompress(codec.get(), stream.get())) {
        return fail(message, CD_DAMAGED, "its JPEG 2000 image could not be decompressed");
    }
    const opj_image_comp_t &component = image->comps[0];
    if (!component.data || component.w != layout.columns || component.h != layout.rows) {
        return fail(message, CD_DAMAGED, "its JPEG 2000 image has not Rows x Columns");
    }
    // Where the codestream and the header disagree about the sign, the header says how the bits are to be read,
    // over as many bits as the codestream has.
    const bool reinterprets = (component.sgnd != 0) != layout.is_signed;
    const int unused = 16 - int(precision);
    for (size_t i = 0; i < layout.count; i++) {
        int32_t value = component.data[i];
        if (reinterprets) {
            const uint16_t shifted = uint16_t(uint32_t(value) << unused);
            value = layout.is_signed ? int32_t(int16_t(shifted)) >> unused : int32_t(shifted >> unused);
        }
        stored[i] = uint16_t(value);
    }
    return CD_OK;
}
