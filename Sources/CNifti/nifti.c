#include "CNifti.h"

#include <nifti/nifti2_io.h>
#include <string.h>

// libnifti reports trouble on standard error by default, which would tear a terminal screen.
__attribute__((constructor)) static void silence(void) { nifti_set_debug_level(0); }

static int32_t swapped_int(const uint8_t *b) {
    return (int32_t)((uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3]);
}

static void parse_1(const nifti_1_header *h, cnifti_header *out) {
    out->datatype = h->datatype;
    for (int i = 0; i < 8; i++) {
        out->dim[i] = h->dim[i];
        out->pixdim[i] = h->pixdim[i];
    }
    out->vox_offset = h->vox_offset;
    out->slope = h->scl_slope;
    out->intercept = h->scl_inter;
    out->qform_code = h->qform_code;
    out->sform_code = h->sform_code;
    const double quatern[3] = {h->quatern_b, h->quatern_c, h->quatern_d};
    const double qoffset[3] = {h->qoffset_x, h->qoffset_y, h->qoffset_z};
    memcpy(out->quatern, quatern, sizeof quatern);
    memcpy(out->qoffset, qoffset, sizeof qoffset);
    for (int i = 0; i < 4; i++) {
        out->srow[i] = h->srow_x[i];
        out->srow[4 + i] = h->srow_y[i];
        out->srow[8 + i] = h->srow_z[i];
    }
    out->xyzt_units = (uint8_t)h->xyzt_units;
}

static void parse_2(const nifti_2_header *h, cnifti_header *out) {
    out->datatype = h->datatype;
    for (int i = 0; i < 8; i++) {
        out->dim[i] = h->dim[i];
        out->pixdim[i] = h->pixdim[i];
    }
    out->vox_offset = (double)h->vox_offset;
    out->slope = h->scl_slope;
    out->intercept = h->scl_inter;
    out->qform_code = h->qform_code;
    out->sform_code = h->sform_code;
    const double quatern[3] = {h->quatern_b, h->quatern_c, h->quatern_d};
    const double qoffset[3] = {h->qoffset_x, h->qoffset_y, h->qoffset_z};
    memcpy(out->quatern, quatern, sizeof quatern);
    memcpy(out->qoffset, qoffset, sizeof qoffset);
    memcpy(out->srow, h->srow_x, sizeof h->srow_x);
    memcpy(out->srow + 4, h->srow_y, sizeof h->srow_y);
    memcpy(out->srow + 8, h->srow_z, sizeof h->srow_z);
    out->xyzt_units = h->xyzt_units;
}

cnifti_header_status cnifti_parse(const uint8_t *bytes, size_t count, cnifti_header *out) {
    memset(out, 0, sizeof *out);
    if (count < 4) return CNIFTI_NOT_NIFTI;
    int32_t size;
    memcpy(&size, bytes, 4);
    const int32_t other = swapped_int(bytes);
    if (size == 348 || other == 348) {
        if (count < sizeof(nifti_1_header)) return CNIFTI_BAD_HEADER;
        nifti_1_header h;
        memcpy(&h, bytes, sizeof h);
        if (memcmp(h.magic, "n+1", 4) != 0 && memcmp(h.magic, "ni1", 4) != 0) {
            // ANALYZE has no magic there; anything else that begins with an n is a broken one.
            return h.magic[0] == 'n' ? CNIFTI_BAD_HEADER : CNIFTI_ANALYZE;
        }
        out->version = 1;
        out->swapped = size != 348;
        out->single_file = h.magic[1] == '+';
        if (out->swapped) swap_nifti_header(&h, 1);
        parse_1(&h, out);
    } else if (size == 540 || other == 540) {
        if (count < sizeof(nifti_2_header)) return CNIFTI_BAD_HEADER;
        nifti_2_header h;
        memcpy(&h, bytes, sizeof h);
        if (memcmp(h.magic, "n+2\0\r\n\032\n", 8) != 0 && memcmp(h.magic, "ni2\0\r\n\032\n", 8) != 0)
            return CNIFTI_BAD_HEADER;
        out->version = 2;
        out->swapped = size != 540;
        out->single_file = h.magic[1] == '+';
        if (out->swapped) swap_nifti_header(&h, 2);
        parse_2(&h, out);
    } else {
        return CNIFTI_NOT_NIFTI;
    }
    int bytes_per_voxel = 0, swap = 0;
    nifti_datatype_sizes(out->datatype, &bytes_per_voxel, &swap);
    out->bytes_per_voxel = bytes_per_voxel;
    return CNIFTI_OK;
}

size_t cnifti_format(const cnifti_header *header, uint8_t *out) {
    int bytes_per_voxel = 0, swap = 0;
    nifti_datatype_sizes(header->datatype, &bytes_per_voxel, &swap);
    const int64_t offset = header->version == 2 ? 544 : 352;
    memset(out, 0, (size_t)offset);
    if (header->version == 2) {
        nifti_2_header h;
        memset(&h, 0, sizeof h);
        h.sizeof_hdr = 540;
        memcpy(h.magic, "n+2\0\r\n\032\n", 8);
        h.datatype = (int16_t)header->datatype;
        h.bitpix = (int16_t)(8 * bytes_per_voxel);
        memcpy(h.dim, header->dim, sizeof h.dim);
        memcpy(h.pixdim, header->pixdim, sizeof h.pixdim);
        h.vox_offset = offset;
        h.scl_slope = header->slope;
        h.scl_inter = header->intercept;
        h.qform_code = header->qform_code;
        h.sform_code = header->sform_code;
        h.quatern_b = header->quatern[0], h.quatern_c = header->quatern[1], h.quatern_d = header->quatern[2];
        h.qoffset_x = header->qoffset[0], h.qoffset_y = header->qoffset[1], h.qoffset_z = header->qoffset[2];
        memcpy(h.srow_x, header->srow, sizeof h.srow_x);
        memcpy(h.srow_y, header->srow + 4, sizeof h.srow_y);
        memcpy(h.srow_z, header->srow + 8, sizeof h.srow_z);
        h.xyzt_units = header->xyzt_units;
        memcpy(out, &h, sizeof h);
    } else {
        nifti_1_header h;
        memset(&h, 0, sizeof h);
        h.sizeof_hdr = 348;
        h.regular = 'r';
        memcpy(h.magic, "n+1", 4);
        h.datatype = (int16_t)header->datatype;
        h.bitpix = (int16_t)(8 * bytes_per_voxel);
        for (int i = 0; i < 8; i++) {
            h.dim[i] = (int16_t)header->dim[i];
            h.pixdim[i] = (float)header->pixdim[i];
        }
        h.vox_offset = (float)offset;
        h.scl_slope = (float)header->slope;
        h.scl_inter = (float)header->intercept;
        h.qform_code = (int16_t)header->qform_code;
        h.sform_code = (int16_t)header->sform_code;
        h.quatern_b = (float)header->quatern[0];
        h.quatern_c = (float)header->quatern[1];
        h.quatern_d = (float)header->quatern[2];
        h.qoffset_x = (float)header->qoffset[0];
        h.qoffset_y = (float)header->qoffset[1];
        h.qoffset_z = (float)header->qoffset[2];
        for (int i = 0; i < 4; i++) {
            h.srow_x[i] = (float)header->srow[i];
            h.srow_y[i] = (float)header->srow[4 + i];
            h.srow_z[i] = (float)header->srow[8 + i];
        }
        h.xyzt_units = (char)header->xyzt_units;
        memcpy(out, &h, sizeof h);
    }
    return (size_t)offset;
}

const char *cnifti_datatype_name(int32_t datatype) { return nifti_datatype_to_string(datatype); }

void cnifti_qform_matrix(const cnifti_header *header, const double *spacing, double *rows) {
    const nifti_dmat44 m = nifti_quatern_to_dmat44(
        header->quatern[0], header->quatern[1], header->quatern[2], header->qoffset[0], header->qoffset[1],
        header->qoffset[2], spacing[0], spacing[1], spacing[2], header->pixdim[0] < 0 ? -1.0 : 1.0);
    memcpy(rows, m.m, 12 * sizeof(double));
}

void cnifti_set_qform(cnifti_header *header, const double *rows) {
    nifti_dmat44 m;
    memset(&m, 0, sizeof m);
    memcpy(m.m, rows, 12 * sizeof(double));
    m.m[3][3] = 1;
    double dx, dy, dz;
    nifti_dmat44_to_quatern(
        m, &header->quatern[0], &header->quatern[1], &header->quatern[2], &header->qoffset[0], &header->qoffset[1],
        &header->qoffset[2], &dx, &dy, &dz, &header->pixdim[0]);
}
