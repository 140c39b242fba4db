/* Polynomials at the points of Winograd's F(4, 3), by the Toom-Cook construction: with d of degree 5, k of degree 2,
 * A^T [(G k) * (B^T d)] are four neighbouring values of their correlation. The points are 0, P, -P, Q, -Q and infinity;
 * of the pairs tried, these have the least rounding errors. */
#include "winograd.h"

#define P 0.625f
#define Q 1.5f

/* out = B^T d */
void pen_to_points(const float *d, int64_t step, float *v, int64_t v_step, int64_t n) {
#pragma omp simd
  for (int64_t t = 0; t < n; t++) {
    const float d0 = d[t], d1 = d[step + t], d2 = d[2 * step + t];
    const float d3 = d[3 * step + t], d4 = d[4 * step + t], d5 = d[5 * step + t];
    const float even_p = d4 - Q * Q * d2, odd_p = P * (d3 - Q * Q * d1);
    const float even_q = d4 - P * P * d2, odd_q = Q * (d3 - P * P * d1);
    v[t] = d4 - (P * P + Q * Q) * d2 + P * P * Q * Q * d0;
    v[v_step + t] = even_p + odd_p;
    v[2 * v_step + t] = even_p - odd_p;
    v[3 * v_step + t] = even_q + odd_q;
    v[4 * v_step + t] = even_q - odd_q;
    v[5 * v_step + t] = d5 - (P * P + Q * Q) * d3 + P * P * Q * Q * d1;
  }
}

/* out = A^T m */
void pen_from_points(const float *m, int64_t step, float *y, int64_t y_step, int64_t n) {
#pragma omp simd
  for (int64_t t = 0; t < n; t++) {
    const float m1 = m[step + t], m2 = m[2 * step + t], m3 = m[3 * step + t], m4 = m[4 * step + t];
    const float sum_p = m1 + m2, less_p = m1 - m2, sum_q = m3 + m4, less_q = m3 - m4;
    const float y0 = m[t] + sum_p + sum_q, y3 = P * P * P * less_p + Q * Q * Q * less_q + m[5 * step + t];
    y[t] = y0;
    y[y_step + t] = P * less_p + Q * less_q;
    y[2 * y_step + t] = P * P * sum_p + Q * Q * sum_q;
    y[3 * y_step + t] = y3;
  }
}

/* out = G k */
void pen_kernels_to_points(const float *k, int64_t step, float *u, int64_t u_step, int64_t n) {
  const float p = 1 / (2.0f * P * P * (P * P - Q * Q)), q = 1 / (2.0f * Q * Q * (Q * Q - P * P));
#pragma omp simd
  for (int64_t t = 0; t < n; t++) {
    const float k0 = k[t], k1 = k[step + t], k2 = k[2 * step + t];
    const float even_p = p * (k0 + P * P * k2), odd_p = p * P * k1, even_q = q * (k0 + Q * Q * k2), odd_q = q * Q * k1;
    u[t] = (float)(k0 / (P * P * Q * Q));
    u[u_step + t] = (float)(even_p + odd_p);
    u[2 * u_step + t] = (float)(even_p - odd_p);
    u[3 * u_step + t] = (float)(even_q + odd_q);
    u[4 * u_step + t] = (float)(even_q - odd_q);
    u[5 * u_step + t] = (float)k2;
  }
}
